import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { closingLine } from './test/closing-line.ts';
import { LongestFirst } from './test/sequence.ts';
import { SLOW } from './test/tiers.ts';

const each = {
  // Servers that tests start have their processors for what is tested.
  env: { EVIDENCE_WARM_UP: 'false' },
  // Generous: a slow machine is not a failure.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  tags: [{ name: 'slow', description: 'In a file of the fast tier, but run by `npm test` alone.' }],
};

export default defineConfig({
  test: {
    globalSetup: 'test/postgres.ts',
    reporters: ['default', closingLine()],
    // Much of the time is waiting for processes, which the default of one worker less would not fill.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...each,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...SLOW],
          // Loading the server for each file would take longer than most of the tests.
          isolate: false,
        },
      },
      { test: { ...each, name: 'slow', include: SLOW, globalSetup: 'test/build.ts' } },
    ],
  },
});
