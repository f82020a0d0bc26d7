// The predicate of in-toto's test results (https://in-toto.io/attestation/test-result/v0.1).
import type { FactsOf } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, textOf } from '../../../json/fields.ts';
import type { Note } from '../../reading.ts';
import { fault, warning } from '../noting.ts';

export const TEST_RESULT_FIELDS = ['result', 'configuration', 'passedTests', 'warnedTests', 'failedTests'];

const RESULTS = ['PASSED', 'WARNED', 'FAILED'];

/**
 * The facts of a test result. A test with a warning has passed, as the specification says. A failed
 * result that names no failed test counts as one failure.
 */
export function testResultFacts(predicate: unknown, note: Note): FactsOf<'test-report'> {
  const result = textOf(predicate, 'result');
  if (result === null || !RESULTS.includes(result))
    note(fault('result_unknown', `The result must be one of ${RESULTS.join(', ')}`, '/result'));
  const count = (name: string) => {
    const stated = field(predicate, name);
    if (stated !== undefined && stated !== null && !Array.isArray(stated))
      note(fault('result_unknown', 'The names of the tests must be an array', `/${name}`));
    return listOf(predicate, name).length;
  };
  const passed = count('passedTests') + count('warnedTests');
  const named = count('failedTests');
  if (named > 0 && result !== 'FAILED')
    note(warning('count_mismatch', `It names ${named} tests that failed, and its result is ${result}`, '/result'));
  const failed = Math.max(named, result === 'FAILED' ? 1 : 0);
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
