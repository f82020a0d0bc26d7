import { describe, expect, it } from 'vitest';
import { FLAGS, LEVELS } from '../../../src/domain/gate/flag.ts';
import {
  checkArtifactCompliance,
  countMissing,
  flagsInOrder,
  flagsOf,
  isEvidenceOf,
  missingFlags,
} from '../../../src/domain/gate/flags.ts';
import { TRUST } from '../attestations.ts';
import { built, content, document, evidenceOf, HEX, judge, names } from '../documents.ts';
import { anArtifact, aRun, declaredFlags, ownFlags } from '../rows.ts';

const EVERY_COMBINATION = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [(bits & 4) > 0, (bits & 2) > 0, (bits & 1) > 0]);

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
    const flags = ownFlags(artifact);
    expect(missingFlags(flags)).toEqual(expected);
    expect(flags && countMissing(flags)).toBe(expected.length);
    expect(checkArtifactCompliance(flags)).toBe(sbom && provenance && risk);
  });

  it.each(FLAGS)('counts a %s that is anything but the boolean true', (flag) => {
    for (const odd of [false, 'true', 1, {}, [true], null, undefined]) {
      const flags = declaredFlags();
      expect(countMissing({ ...flags, [flag]: { ...flags[flag], value: odd as never } })).toBe(1);
    }
  });
});

describe('the least level', () => {
  it('takes the value from flags that rest on less', () => {
    const flags = flagsOf([anArtifact()], [], { minimum: 'parsed', trust: null }).get('artifact-1');
    expect(flags?.sbom_present).toEqual({
      value: false,
      level: 'asserted',
      because: 'level_too_low',
      document: null,
      signer: null,
    });
    expect(missingFlags(flags)).toEqual([...FLAGS]);
  });

  it('leaves those that rest on as much', () => {
    expect(judge([document('sbom', {})], [], 'parsed').get('sbom')?.sbom_present.value).toBe(true);
  });
});

describe('the flags in the order of the artifacts', () => {
  const artifacts = [
    anArtifact({ id: 'c' }, { sbom_present: false }),
    anArtifact({ id: 'a' }),
    document('sbom', names({ sha256: HEX('b') })).artifact,
    built('b', 'b', { kind: 'sbom' }),
    anArtifact({ id: 'old', kind: 'sbom', content: content('e'), evidence: evidenceOf({ kind: 'vex' }) }),
  ];
  const { reading } = document('sbom', names({ sha256: HEX('b') }));

  it.each(LEVELS)('are those by id at the level %s, with documents and without', (minimum) => {
    for (const readings of [[], [reading]]) {
      for (const trust of [null, TRUST]) {
        const byId = flagsOf(artifacts, readings, { minimum, trust });
        const inOrder = flagsInOrder(artifacts, readings, { minimum, trust });
        expect(inOrder).toEqual(artifacts.map(({ id }) => byId.get(id)));
      }
    }
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
