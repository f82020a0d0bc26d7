import { describe, expect, it } from 'vitest';
import {
  count,
  counts,
  Disqualified,
  STATED_DIGESTS,
  suppressed,
  words,
} from '../../../../src/domain/evidence/facts/fact-fields.ts';

describe('the fields of facts', () => {
  it('count whole things, and words may be missing', () => {
    expect(count('c').safeParse(1.5).success).toBe(false);
    expect(counts('c', {}).safeParse({ a: 1.5 }).success).toBe(false);
    expect(words('w', 'x').parse(null)).toBeNull();
    expect(words('w', 'x').safeParse(undefined).success).toBe(false);
    expect(suppressed('s').parse(undefined)).toBeUndefined();
    expect(STATED_DIGESTS.safeParse({ sha256: 1 }).success).toBe(false);
  });
});

describe('why a document earns no flag', () => {
  it('is a word of a list that only grows, or left out', () => {
    for (const word of ['unknown_version', 'nothing_named', 'failed', 'result_unreadable', undefined])
      expect(Disqualified.parse(word)).toBe(word);
    expect(Disqualified.safeParse('odd').success).toBe(false);
    expect(Disqualified.safeParse(null).success).toBe(false);
  });
});
