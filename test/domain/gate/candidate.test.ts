import { describe, expect, it } from 'vitest';
import { CHECK_NAMES } from '../../../src/domain/evidence/verification.ts';
import { Candidate, FailedCheck } from '../../../src/domain/gate/candidate.ts';

const FAILED = { check: 'subject', code: 'unbound', detail: null };

describe('a failed check', () => {
  it('is one of a signature, or of the document, its reader or its trust policy', () => {
    for (const check of [...CHECK_NAMES, 'document', 'reader', 'trust_policy'])
      expect(FailedCheck.safeParse({ ...FAILED, check }).success).toBe(true);
    expect(FailedCheck.safeParse({ ...FAILED, check: 'odd' }).success).toBe(false);
  });

  it('has a code for programs, and words only where there are any', () => {
    expect(FailedCheck.safeParse({ ...FAILED, code: null }).success).toBe(false);
    expect(FailedCheck.safeParse({ check: 'subject', code: 'unbound' }).success).toBe(false);
  });
});

describe('a candidate', () => {
  it('may be no document at all, where the run has none', () => {
    const none = { flag: 'sbom_present', document: null, pointer: null, failed: [FAILED] };
    expect(Candidate.parse(none)).toEqual(none);
    expect(Candidate.safeParse({ ...none, flag: 'odd' }).success).toBe(false);
  });
});
