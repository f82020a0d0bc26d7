import { describe, expect, it } from 'vitest';
import { readingOf } from '../../../src/evidence/workers/outcome.ts';
import { A_READING } from '../../domain/rows.ts';

const AGAIN = 'twice, the second time alone; POST /maestro/artifacts/{artifact_id}/evidence reads it again';

describe('the reading of a document after its last attempt', () => {
  it('is what the worker read', () => {
    expect(readingOf({ reading: A_READING }, 1_000)).toBe(A_READING);
  });

  it.each([
    [{ failure: 'no memory' }, 'reader_failed', 'The reader failed: no memory'],
    [{ end: 'timed_out', message: 'm' }, 'timed_out', `Reading it took longer than 1.5 s, ${AGAIN}`],
    [{ end: 'out_of_memory', message: 'm' }, 'out_of_memory', `Reading it took more memory than it may, ${AGAIN}`],
    [{ end: 'died', message: 'status 3' }, 'reader_failed', `The reader failed: status 3, ${AGAIN}`],
  ] as const)('is unreadable after %j', (outcome, code, message) => {
    expect(readingOf(outcome, 1_500)).toMatchObject({
      state: 'unreadable',
      valid: false,
      facts: null,
      verification: null,
      findings: [{ code, severity: 'error', message, pointer: null }],
    });
  });
});
