import { defineConfig } from 'vitest/config';
import { closingLine } from './test/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts', 'test/postgres.ts'],
    // Servers that tests start have their processors for what is tested.
    env: { EVIDENCE_WARM_UP: 'false' },
    reporters: ['default', closingLine()],
    // Much of the time is waiting for processes, which the default of one worker less would not fill.
    maxWorkers: '100%',
    // Generous: a slow machine is not a failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
