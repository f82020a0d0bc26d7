import { describe, expect, it } from 'vitest';
import { EvidenceFacts, EvidenceFinding, EvidenceKind } from '../../../src/domain/evidence/evidence-facts.ts';
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

describe('a finding', () => {
  it('is an error or a warning', () => {
    const finding = { code: 'schema', severity: 'error', message: 'm', pointer: null };
    expect(EvidenceFinding.parse(finding)).toEqual(finding);
    expect(EvidenceFinding.safeParse({ ...finding, severity: 'info' }).success).toBe(false);
  });
});
