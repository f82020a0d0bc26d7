// The last lines of a test run: what was not run, each by name with its reason, and how many tests passed, failed and were skipped.
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { testFiles } from './tiers.ts';

/** With `REQUIRE_ALL_TESTS=true` a run that leaves any test of its files out has failed. */
export function closingLine(): Reporter {
  let vitest: Vitest;
  return {
    onInit(started: Vitest) {
      vitest = started;
    },
    onTestRunEnd(modules: readonly TestModule[]) {
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      const count = (state: string) => tests.filter((test) => test.result().state === state).length;
      const broken = modules.flatMap((module) => module.errors());
      const skipped = tests.filter((test) => test.result().state === 'skipped');
      const lines = [
        ...skipped.map((test) => `not run: ${test.module.relativeModuleId} ${test.fullName}: ${reasonOf(test)}`),
        ...(isFastAlone(vitest) ? [slowTier()] : []),
        '',
        `${count('passed')} passed, ${count('failed') + broken.length} failed, ${skipped.length} skipped`,
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
      if (process.env.REQUIRE_ALL_TESTS === 'true' && skipped.some((test) => !isExcused(test))) {
        process.stdout.write('REQUIRE_ALL_TESTS is set and not every test was run: that is a failure\n');
        process.exitCode = 1;
      }
    },
  };
}

function slowTier(): string {
  const files = testFiles().filter(({ isSlow }) => isSlow);
  return `not run: ${files.length} files of the slow tier: make maestro-test runs them`;
}

/** The tests with the tag `slow`, where the fast tier runs alone. */
const isLeftOut = ({ tags, project }: TestCase) => tags.includes('slow') && isFastAlone(project.vitest);
const isFastAlone = ({ projects }: Vitest) => projects.every(({ name }) => name !== 'slow');

// The vectors come from elsewhere; a checkout without them has nothing to run.
const isExcused = (test: TestCase) =>
  isLeftOut(test) ||
  (process.env.MAESTRO_VECTORS === undefined && test.module.relativeModuleId.endsWith('vectors.test.ts'));

/** What the tests that may be skipped need, by a part of their path. The first that fits counts. */
const NEEDS: readonly [RegExp, string][] = [
  [
    /vectors|\/found|\/trust\/(message|signature)\.|public-good-root/,
    'MAESTRO_VECTORS is not set, or lacks their files',
  ],
  [/browser-sites/, 'Chromium or nginx is not installed'],
  [/browser|documentation/, 'Chromium is not installed'],
  [/\/s3|system\/content\.|lying-blobs/, 'Swift and memcached are not installed'],
  [/prox/, 'the proxy is not installed'],
  [/readme|-page/, 'curl, jq, HTTPie or openssl is not installed'],
  [/\/server\./, 'script, of util-linux, is not installed'],
  [/reserve/, 'the disk has too little room'],
  [/make-folders|blobs\/file|content-place|full-disk/, 'no file system can be mounted here, or /proc is missing'],
  [/evidence-processes/, 'this is not Linux'],
];

function reasonOf(test: TestCase): string {
  if (isLeftOut(test)) return 'it is slow: make maestro-test runs it';
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  const need = NEEDS.find(([path]) => path.test(test.module.relativeModuleId));
  return note ?? need?.[1] ?? 'what it needs is not there';
}
