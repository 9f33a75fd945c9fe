import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A bare machine may have no /etc/hosts, and so no localhost.
  server: { host: '127.0.0.1' },
  test: {
    root: 'test',
    include: ['**/*.test.ts'],
    exclude: ['lab/**'],
  },
});
