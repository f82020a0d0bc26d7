import { describe, expect, it } from 'vitest';
import { Evidence, EvidenceState, PENDING } from '../../../src/domain/evidence/evidence.ts';
import { summaryOf } from '../../../src/domain/evidence/reading.ts';
import { A_READING, STAMP } from '../rows.ts';

describe('the evidence of an artifact', () => {
  it('fits its schema while it waits and after it was read', () => {
    expect(Evidence.parse(PENDING)).toEqual(PENDING);
    const read = summaryOf(A_READING, STAMP.at);
    expect(Evidence.parse(read)).toEqual(read);
  });

  it('is in one of four states', () => {
    expect(EvidenceState.options).toEqual(['pending', 'read', 'unreadable', 'opaque']);
    expect(Evidence.safeParse({ ...PENDING, state: 'verified' }).success).toBe(false);
  });

  it('never says in the row that it is verified, as that is judged at each call', () => {
    expect(Evidence.safeParse({ ...PENDING, level: 'verified' }).success).toBe(false);
  });
});
