// Programs for QuickJS on another processor: the daemon, the tests of test/engine, and of the other tests all that do not
// need Node.js, in one.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const TEST = fileURLToPath(new URL('..', import.meta.url));
const ROOT = join(TEST, '..');
const HERE = join(TEST, 'processors');
const VITEST = join(HERE, 'vitest.ts');
const OF_NODE = /^(node:|typescript$)/;
const USUAL = { bundle: true, format: 'esm', target: 'es2023', logLevel: 'error', absWorkingDir: ROOT } as const;
const HOST_MODULES = ['std', 'os', '*/quickjs-ffi.so'];
/** In emulation thousands of mutations take minutes; and some ask Node.js for a second opinion. */
const TITLES_LEFT_OUT = /mutat|where the platform takes it|a session have another key|is cut between two of them/;

/** The test files of these folders of test/ that import nothing of Node.js, themselves or through others. */
export async function portableTests(folders: readonly string[]): Promise<string[]> {
  const files = folders.flatMap((folder) => testsUnder(join(TEST, folder)));
  const external = ['node:*', 'vitest', 'typescript', 'esbuild', ...HOST_MODULES];
  const alias = { 'node:crypto': join(HERE, 'node-crypto.ts'), 'quickjs-ffi': './quickjs-ffi.so' };
  const listing = { entryPoints: files, write: false, metafile: true, outdir: '.', external, alias } as const;
  const { inputs } = (await build({ ...USUAL, ...listing, entryPoints: files, external })).metafile;
  const needsNode = (path: string, seen: Set<string>): boolean => {
    if (seen.has(path)) return false;
    seen.add(path);
    const imports = inputs[path]?.imports ?? [];
    return imports.some((each) => (each.external ? OF_NODE.test(each.path) : needsNode(each.path, seen)));
  };
  return files.filter((file) => !needsNode(relative(ROOT, file), new Set()));
}

/** `module`: quickjs-ffi.so as seen from the program. */
export async function bundleTests(files: readonly string[], outfile: string, module: string): Promise<void> {
  const imports = files.map((file) => `import ${JSON.stringify(file)};`).join('\n');
  const contents = `${imports}
    import { report } from ${JSON.stringify(VITEST)};
    import * as std from 'std';
    std.out.puts(JSON.stringify(await report(${TITLES_LEFT_OUT})) + '\\n');
    std.out.flush();`;
  const stdin = { contents, resolveDir: HERE, sourcefile: 'all-tests.ts', loader: 'ts' } as const;
  const alias = { vitest: VITEST, 'node:crypto': join(HERE, 'node-crypto.ts'), 'quickjs-ffi': module };
  await build({ ...USUAL, stdin, outfile, alias, external: HOST_MODULES });
}

export async function bundleProgram(source: string, outfile: string, module: string): Promise<void> {
  const alias = { 'quickjs-ffi': module };
  await build({ ...USUAL, entryPoints: [source], outfile, alias, external: HOST_MODULES });
}

function testsUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testsUnder(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}
