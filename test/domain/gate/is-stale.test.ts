import { describe, expect, it } from 'vitest';
import { runReading, summaryOf } from '../../../src/domain/evidence/reading.ts';
import { isStale } from '../../../src/domain/gate/is-stale.ts';
import { aVerification, OTHER_TRUST, TRUST } from '../attestations.ts';
import { A_CONTENT, A_READING, anArtifact } from '../rows.ts';

const evidence = (reader: string) => ({ ...summaryOf(A_READING, '2026-01-31T10:06:01.000Z'), reader });
const read = (reader: string) => anArtifact({ id: 'document', content: A_CONTENT, evidence: evidence(reader) });
const verified = (trust: string) =>
  runReading('document', { ...A_READING, verification: aVerification([], { trust }) });

describe('a run', () => {
  it('is stale at every level where an older version read its content', () => {
    for (const minimum of ['asserted', 'parsed', 'verified'] as const)
      expect(isStale({ artifacts: [read('maestro/1')], documents: [], minimum, trust: TRUST })).toBe(true);
  });

  it('is stale where verified flags are required and something was verified under another policy', () => {
    const artifacts = [anArtifact()];
    const judged = (trust: string, minimum: 'parsed' | 'verified') =>
      isStale({ artifacts, documents: [verified(trust)], minimum, trust: TRUST });
    expect([judged(OTHER_TRUST, 'verified'), judged(TRUST, 'verified'), judged(OTHER_TRUST, 'parsed')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is not stale for what a newer version read, which this one leaves alone', () => {
    const artifacts = [read('maestro/999')];
    expect(isStale({ artifacts, documents: [verified(OTHER_TRUST)], minimum: 'verified', trust: TRUST })).toBe(false);
  });
});
