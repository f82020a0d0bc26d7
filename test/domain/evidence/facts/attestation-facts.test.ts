import { describe, expect, it } from 'vitest';
import {
  AttestationFacts,
  OpaqueFacts,
  SignatureFacts,
} from '../../../../src/domain/evidence/facts/attestation-facts.ts';
import { PROVENANCE_FACTS } from '../../attestations.ts';
import { A_READING } from '../../rows.ts';

describe('the facts of an attestation', () => {
  const attestation = { kind: 'attestation', predicate_type: 'p', subjects: 1, statements: 1 };

  it('are also those of its predicate, where it is an SBOM, a VEX, a scan or a test report', () => {
    const sbom = { ...attestation, predicate: A_READING.facts };
    expect(AttestationFacts.parse(sbom)).toEqual(sbom);
    expect(AttestationFacts.parse({ ...attestation, predicate: null })).toEqual({ ...attestation, predicate: null });
  });

  it('are never those of another kind, as it would then count without its own checks', () => {
    for (const predicate of [
      PROVENANCE_FACTS,
      { kind: 'signature', keyless: true },
      { ...attestation, predicate: null },
    ])
      expect(AttestationFacts.safeParse({ ...attestation, predicate }).success).toBe(false);
    expect(AttestationFacts.safeParse(attestation).success).toBe(false);
  });
});

it('the facts of a signature may not say whether it comes with a certificate', () => {
  expect(SignatureFacts.parse({ kind: 'signature', keyless: null })).toEqual({ kind: 'signature', keyless: null });
  expect(SignatureFacts.safeParse({ kind: 'signature' }).success).toBe(false);
});

it('the facts of bytes that no reader knows are their type, size and digests', () => {
  const facts = { kind: 'opaque', media_type: 'application/pdf', size: 1, digests: { sha256: 'a' } };
  expect(OpaqueFacts.parse(facts)).toEqual(facts);
  expect(OpaqueFacts.safeParse({ ...facts, media_type: null }).success).toBe(false);
});
