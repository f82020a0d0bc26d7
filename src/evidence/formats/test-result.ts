// The predicate of in-toto's test results (https://in-toto.io/attestation/test-result/v0.1).
import type { FactsOf } from '../../domain/evidence-facts.ts';
import { listOf, textOf } from '../../domain/json-fields.ts';
import type { Note } from '../reading.ts';
import { fault } from './noting.ts';

export const TEST_RESULT_FIELDS = ['result', 'configuration', 'passedTests', 'warnedTests', 'failedTests'];

const RESULTS = ['PASSED', 'WARNED', 'FAILED'];

/** The facts of a test result. A test with a warning has passed. Where it failed and names no test that did, one counts. */
export function testResultFacts(predicate: unknown, note: Note): FactsOf<'test-report'> {
  const result = textOf(predicate, 'result');
  if (result === null || !RESULTS.includes(result))
    note(fault('result_unknown', `The result must be one of ${RESULTS.join(', ')}`, '/result'));
  const count = (name: string) => listOf(predicate, name).length;
  const passed = count('passedTests') + count('warnedTests');
  const failed = Math.max(count('failedTests'), result === 'FAILED' ? 1 : 0);
  return {
    kind: 'test-report',
    suites: Math.max(1, listOf(predicate, 'configuration').length),
    tests: passed + failed,
    passed,
    failed,
    errors: 0,
    skipped: 0,
    duration_seconds: null,
  };
}
