// The last line of a test run: what passed, what failed, and what was not run, each by name.
import type { Reporter, TestModule } from 'vitest/node';

/** With `REQUIRE_ALL_TESTS=true` a run that leaves anything out has failed. */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[]) {
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      const count = (state: string) => tests.filter((test) => test.result().state === state).length;
      const broken = modules.flatMap((module) => module.errors());
      const skipped = tests.filter((test) => test.result().state === 'skipped');
      for (const test of skipped) process.stdout.write(`not run: ${test.module.relativeModuleId} ${test.fullName}\n`);
      process.stdout.write(
        `\n${count('passed')} passed, ${count('failed') + broken.length} failed, ${skipped.length} skipped\n`,
      );
      // The vectors come from elsewhere; a checkout without them has nothing to run.
      const excused = (file: string) => process.env.MAESTRO_VECTORS === undefined && file.endsWith('vectors.test.ts');
      const missed = skipped.filter((test) => !excused(test.module.relativeModuleId));
      if (missed.length > 0 && process.env.REQUIRE_ALL_TESTS === 'true') {
        process.stdout.write('REQUIRE_ALL_TESTS is set and not every test was run: that is a failure\n');
        process.exitCode = 1;
      }
    },
  };
}
