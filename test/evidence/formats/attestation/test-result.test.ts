import { expect, test } from 'vitest';
import { codes, read, statement } from './attested.ts';

async function resultOf(predicate: unknown) {
  const reading = await read(
    statement({ predicateType: 'https://in-toto.io/attestation/test-result/v0.1', predicate }),
  );
  const facts = reading.facts?.kind === 'attestation' ? reading.facts.predicate : null;
  return { facts, codes: codes(reading) };
}

test('a test result is counted by what passed, warned and failed, and its suites by what they were run by', async () => {
  const configuration = [{ name: 'a.yml' }, { name: 'b.yml' }];
  const names = { passedTests: ['a', 'b'], warnedTests: ['c'], failedTests: ['d'] };
  expect(await resultOf({ result: 'FAILED', configuration, url: 'https://ci.example/1', ...names })).toEqual({
    facts: {
      kind: 'test-report',
      suites: 2,
      tests: 4,
      passed: 3,
      failed: 1,
      errors: 0,
      skipped: 0,
      duration_seconds: null,
    },
    codes: [],
  });
});

test('a result without names has one suite, and one failure where it says that it failed', async () => {
  for (const result of ['PASSED', 'WARNED'])
    expect(await resultOf({ result })).toMatchObject({
      facts: { suites: 1, tests: 0, passed: 0, failed: 0 },
      codes: [],
    });
  expect(await resultOf({ result: 'FAILED' })).toMatchObject({ facts: { tests: 1, passed: 0, failed: 1 }, codes: [] });
  expect((await resultOf({ result: 'FAILED', passedTests: ['a'] })).facts).toMatchObject({ tests: 2, failed: 1 });
});

test('a test that failed counts, though the result says that all is well', async () => {
  const contradicting = await resultOf({ result: 'PASSED', failedTests: ['a', 'b'] });
  expect(contradicting).toMatchObject({ facts: { failed: 2, tests: 2 }, codes: ['warning count_mismatch'] });
  const odd = await resultOf({ result: 'PASSED', failedTests: { a: 'b' } });
  expect(odd.codes).toEqual(['error result_unknown']);
});

test('a result that is none is an error', async () => {
  for (const predicate of [
    {},
    { result: 'passed' },
    { result: 7 },
    null,
    [],
    undefined,
    { result: 'OK', passedTests: 'a' },
  ]) {
    const { facts, codes: found } = await resultOf(predicate);
    expect(found).toContain('error result_unknown');
    expect(facts).toMatchObject({ kind: 'test-report', tests: 0, passed: 0, failed: 0 });
  }
});
