import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A bare machine may have no /etc/hosts, and so no localhost.
  server: { host: '127.0.0.1' },
  test: {
    root: 'test',
    include: ['**/*.test.ts'],
    exclude: ['lab/**'],
    // No test changes what another sees, and a fresh world for each of so many files takes most of the time.
    isolate: false,
    pool: 'threads',
    // A machine that is busy with other things is not a failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
