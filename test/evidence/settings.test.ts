import { expect, it } from 'vitest';
import { LIMITS } from '../../src/evidence/limits.ts';
import { EVIDENCE_SETTINGS } from '../../src/evidence/settings.ts';

it('by default a document may be as large as the readers take, and not larger', () => {
  const { EVIDENCE_LIMIT } = EVIDENCE_SETTINGS;
  expect(EVIDENCE_LIMIT.parse(undefined)).toBe(LIMITS.maxBytes);
  expect(EVIDENCE_LIMIT.safeParse(String(LIMITS.maxBytes + 1)).success).toBe(false);
});
