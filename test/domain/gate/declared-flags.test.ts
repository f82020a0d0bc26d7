import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { declaredFlags } from '../../../src/domain/gate/declared-flags.ts';
import { FLAGS } from '../../../src/domain/gate/flag.ts';
import { checkArtifactCompliance, flagsOf, missingFlags } from '../../../src/domain/gate/flags.ts';
import { content, document, evidenceOf, HEX, judge, names } from '../documents.ts';
import { A_CONTENT, anArtifact, declaredFlags as expectedFlags, ownFlags } from '../rows.ts';

describe('declared flags', () => {
  it('are those of the metadata, each at the lowest level', () => {
    for (const flag of FLAGS)
      expect(declaredFlags(anArtifact({}, { [flag]: false }), new Map())).toEqual(expectedFlags({ [flag]: false }));
  });

  it.each(FLAGS)('takes nothing but the boolean true for %s', (flag) => {
    fc.assert(
      fc.property(
        fc.anything({ withBoxedValues: true }).filter((value) => value !== true),
        (value) => {
          const artifact = anArtifact({}, { [flag]: value });
          expect(missingFlags(ownFlags(artifact))).toEqual([flag]);
          expect(checkArtifactCompliance(ownFlags(artifact))).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['text', 'true'],
    ['true', true],
    ['an array', [true, true, true]],
    ['an empty object', {}],
  ])('names all three where the metadata is %s', (_what, metadata_json) => {
    const artifact = anArtifact({ metadata_json: metadata_json as never });
    expect(missingFlags(ownFlags(artifact))).toEqual([...FLAGS]);
    expect(checkArtifactCompliance(ownFlags(artifact))).toBe(false);
  });

  it.each(FLAGS)('is not deceived by a %s that all objects inherit', (flag) => {
    const artifact = anArtifact();
    Reflect.deleteProperty(artifact.metadata_json, flag);
    let missing: unknown;
    Object.defineProperty(Object.prototype, flag, { value: true, configurable: true });
    try {
      missing = missingFlags(ownFlags(artifact));
    } finally {
      Reflect.deleteProperty(Object.prototype, flag);
    }
    expect(missing).toEqual([flag]);
  });
});

describe('a declared flag that the content speaks against', () => {
  const artifact = (kind: Artifact['kind'], evidence: Partial<Evidence>) =>
    anArtifact({ kind, content: A_CONTENT, evidence: { ...evidenceOf({}), ...evidence } });
  const contradicted = { value: false, level: 'parsed', because: 'contradicted', document: 'artifact-1', signer: null };

  it.each([
    ['sbom', 'sbom_present', 'provenance'],
    ['slsa_provenance', 'slsa_provenance_present', 'sbom'],
    ['risk_assessment', 'risk_assessment_present', 'sbom'],
  ] as const)('of an artifact of kind %s is no %s: it is %s', (kind, flag, found) => {
    const flags = ownFlags(artifact(kind, { state: 'read', kind: found }));
    expect(flags?.[flag]).toEqual(contradicted);
    expect(missingFlags(flags)).toEqual([flag]);
  });

  it.each([
    ['sbom', 'read', 'sbom'],
    ['slsa_provenance', 'read', 'provenance'],
    ['risk_assessment', 'read', 'vex'],
    ['risk_assessment', 'opaque', 'opaque'],
    ['sbom', 'opaque', 'opaque'],
    ['slsa_provenance', 'opaque', 'opaque'],
    ['sbom', 'unreadable', 'opaque'],
    ['sbom', 'pending', null],
    ['other', 'opaque', 'opaque'],
    ['other', 'read', 'provenance'],
    ['build_log', 'read', 'sbom'],
  ] as const)('is none for an artifact of kind %s whose content is %s, %s', (kind, state, found) => {
    expect(missingFlags(ownFlags(artifact(kind, { state, kind: found })))).toEqual([]);
  });

  it('is false where its reading says that it is surely something else, and stands where that is not sure', () => {
    const one = artifact('sbom', { state: 'opaque', kind: 'opaque', format: 'other' });
    const flagOf = (media_type: string) => {
      const facts = { kind: 'opaque', media_type, size: 1, digests: {} } as const;
      const reading = { artifact_id: one.id, subjects: [], subjects_total: 0, facts, verification: null };
      return flagsOf([one], [reading]).get(one.id)?.sbom_present;
    };
    expect(flagOf('application/pdf')).toEqual(contradicted);
    expect(flagOf('application/octet-stream')).toMatchObject({ value: true, level: 'asserted', because: 'declared' });
  });

  it('is earned all the same by another document about the artifact', () => {
    const odd = anArtifact({ id: 'odd', kind: 'sbom', content: content('b'), evidence: evidenceOf({ kind: 'vex' }) });
    const flags = judge([document('sbom', names({ sha256: HEX('b') }))], [odd]);
    expect(flags.get('odd')?.sbom_present).toMatchObject({ value: true, because: 'subject' });
  });
});
