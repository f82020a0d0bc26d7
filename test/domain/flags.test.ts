import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArtifactMetadata } from '../../src/domain/artifact.ts';
import { checkArtifactCompliance, FLAGS, isEvidenceOf, missingFlags } from '../../src/domain/flags.ts';
import { anArtifact, aRun, ownFlags } from './rows.ts';

const EVERY_COMBINATION = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [(bits & 4) > 0, (bits & 2) > 0, (bits & 1) > 0]);

describe('the flags', () => {
  it('are the SBOM, SLSA provenance and the risk assessment, in this order', () => {
    expect(FLAGS).toEqual(['sbom_present', 'slsa_provenance_present', 'risk_assessment_present']);
  });

  it('are all the booleans that the metadata of an artifact has', () => {
    const { additional_metadata: _, ...booleans } = ArtifactMetadata.shape;
    expect(Object.keys(booleans)).toEqual([...FLAGS]);
  });
});

describe('missingFlags', () => {
  it.each(EVERY_COMBINATION)('names exactly those that are false: %s, %s, %s', (sbom, provenance, risk) => {
    const artifact = anArtifact({}, {
      sbom_present: sbom,
      slsa_provenance_present: provenance,
      risk_assessment_present: risk,
    } as never);
    const expected = [
      ...(sbom ? [] : ['sbom_present']),
      ...(provenance ? [] : ['slsa_provenance_present']),
      ...(risk ? [] : ['risk_assessment_present']),
    ];
    expect(missingFlags(ownFlags(artifact))).toEqual(expected);
    expect(checkArtifactCompliance(ownFlags(artifact))).toBe(sbom && provenance && risk);
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

describe('isEvidenceOf', () => {
  it('holds for an artifact of the run, whatever its flags', () => {
    expect(isEvidenceOf(aRun(), anArtifact())).toBe(true);
    expect(isEvidenceOf(aRun(), anArtifact({}, { sbom_present: false }))).toBe(true);
    expect(isEvidenceOf(aRun(), anArtifact({ run_id: 'run-2' }))).toBe(false);
  });

  it.each([undefined, null, '', 1, true, [], ['run-1'], {}])(
    'never holds where the two share %j for a run id',
    (odd) => {
      const id = odd as never;
      expect(isEvidenceOf(aRun({ id }), anArtifact({ run_id: id }))).toBe(false);
    },
  );

  it.each([undefined, null, '', 1, true, [], ['artifact-1'], {}])(
    'never holds for an artifact with the id %j',
    (odd) => {
      expect(isEvidenceOf(aRun(), anArtifact({ id: odd as never }))).toBe(false);
    },
  );
});
