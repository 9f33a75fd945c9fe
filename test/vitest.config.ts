import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: 'test',
    include: ['**/*.test.ts'],
    exclude: ['lab/**'],
  },
});
