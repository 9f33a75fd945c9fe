// Bundles the stand-in of LuCI's runtime for the browser.

import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './router.ts';

export async function bundleStandIn(): Promise<void> {
  const folder = join(ROOT, 'test/browser/stand-in');
  await build({
    entryPoints: {
      luci: join(folder, 'luci.ts'),
      cbi: join(folder, 'cbi.ts'),
      cascade: join(folder, 'theme.css'),
      mobile: join(folder, 'theme.css'),
    },
    outdir: join(ROOT, 'build/browser'),
    bundle: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  });
}
