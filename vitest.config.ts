import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**'];

/** What is killed, cut and filled under load: `npm run test:chaos`, some 15 minutes. */
const CHAOS = 'test/integration/chaos/**/*.test.ts';

/** Data folders that tests make are closed, as the monitor asks. */
const setupFiles = ['test/support/umask.ts'];

/** Real servers and a browser on two cores: one file at a time, and patience. */
const real = {
  setupFiles,
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  exclude,
};

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['src/domain/**/*.ts'],
      reporter: ['text', 'html'],
      thresholds: { statements: 100, branches: 100, functions: 100, lines: 100 },
    },
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles,
          include: ['test/unit/**/*.test.ts', 'collectors/**/*.test.ts'],
          testTimeout: 20_000,
          exclude,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          ...real,
          exclude: [...exclude, CHAOS],
        },
      },
      {
        test: {
          name: 'chaos',
          include: [CHAOS],
          ...real,
          testTimeout: 300_000,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...real } },
      {
        test: {
          name: 'bench',
          include: ['test/bench/**/*.bench.ts'],
          ...real,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
