import { describe, expect, it } from 'vitest';
import { EvidenceFacts, EvidenceFinding, EvidenceKind } from '../../../src/domain/evidence/evidence-facts.ts';
import { PROVENANCE_FACTS } from '../attestations.ts';
import { A_READING } from '../rows.ts';

describe('facts', () => {
  it('have a schema for every kind of document', () => {
    const kinds = EvidenceFacts.options.map((one) => one.shape.kind.value);
    expect(kinds.sort()).toEqual([...EvidenceKind.options].sort());
  });

  it('are held to the schema of their kind', () => {
    expect(EvidenceFacts.parse(A_READING.facts)).toEqual(A_READING.facts);
    for (const odd of [{ kind: 'vex' }, { kind: 'odd' }, {}, null, { ...A_READING.facts, components: 1.5 }])
      expect(EvidenceFacts.safeParse(odd).success).toBe(false);
  });
});

describe('the facts of an attestation', () => {
  const attestation = { kind: 'attestation', predicate_type: 'p', subjects: 1, statements: 1 };

  it('are also those of its predicate, where it is an SBOM, a VEX, a scan or a test report', () => {
    const sbom = { ...attestation, predicate: A_READING.facts };
    expect(EvidenceFacts.parse(sbom)).toEqual(sbom);
    expect(EvidenceFacts.parse({ ...attestation, predicate: null })).toEqual({ ...attestation, predicate: null });
  });

  it('are never those of another kind, which would be taken without its links', () => {
    for (const predicate of [
      PROVENANCE_FACTS,
      { kind: 'signature', keyless: true },
      { ...attestation, predicate: null },
    ])
      expect(EvidenceFacts.safeParse({ ...attestation, predicate }).success).toBe(false);
    expect(EvidenceFacts.safeParse(attestation).success).toBe(false);
  });
});

describe('a finding', () => {
  it('is an error or a warning', () => {
    const finding = { code: 'schema', severity: 'error', message: 'm', pointer: null };
    expect(EvidenceFinding.parse(finding)).toEqual(finding);
    expect(EvidenceFinding.safeParse({ ...finding, severity: 'info' }).success).toBe(false);
  });
});
