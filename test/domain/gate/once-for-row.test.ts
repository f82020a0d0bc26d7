import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { type ArtifactFlags, LEVELS } from '../../../src/domain/gate/flag.ts';
import { onceForFlags, onceForRow } from '../../../src/domain/gate/once-for-row.ts';
import { deepFreeze } from '../../../src/store/memory/deep-freeze.ts';
import { TRUST } from '../attestations.ts';
import { document, PROVENANCE } from '../documents.ts';
import { anArtifact, anyArtifact, anyStatus, aRun, declaredFlags } from '../rows.ts';
import { gateOf, manifestOf } from './judged.ts';

describe('what follows from a row', () => {
  const counted = () => {
    const calls: Artifact[] = [];
    const find = onceForRow((artifact: Artifact) => {
      calls.push(artifact);
      return { id: artifact.id };
    });
    return { calls, find };
  };

  it('is found once for a frozen row, and for that row alone', () => {
    const { calls, find } = counted();
    const [row, equal] = [Object.freeze(anArtifact()), Object.freeze(anArtifact())];
    expect(find(row)).toBe(find(row));
    expect(find(equal)).not.toBe(find(row));
    expect(calls).toEqual([row, equal]);
  });

  it('is found once where that is null', () => {
    let calls = 0;
    const find = onceForRow((_row: object) => {
      calls += 1;
      return null;
    });
    const row = Object.freeze({});
    expect([find(row), find(row), calls]).toEqual([null, null, 1]);
  });

  it('is found anew for a row that can change', () => {
    const { find } = counted();
    const row = anArtifact();
    expect(find(row).id).toBe('artifact-1');
    row.id = 'other';
    expect(find(row).id).toBe('other');
  });

  it('is found anew where a part of the row can change that it rests on', () => {
    const find = onceForRow(
      ({ metadata_json }: Artifact) => ({ has: metadata_json.sbom_present }),
      ({ metadata_json }) => Object.isFrozen(metadata_json),
    );
    const row = Object.freeze(anArtifact());
    expect(find(row).has).toBe(true);
    row.metadata_json.sbom_present = false;
    expect(find(row).has).toBe(false);
  });
});

describe('what follows from a row and its flags', () => {
  const show = () => onceForFlags(({ id }, flags) => ({ id, flags, list: [id] }));

  it('is made once while both are the same and frozen, and cannot be changed', () => {
    const shown = show();
    const [row, flags] = [Object.freeze(anArtifact()), deepFreeze(declaredFlags())];
    const first = shown(row, flags);
    expect(shown(row, flags)).toBe(first);
    expect([first, first.list].every(Object.isFrozen)).toBe(true);
  });

  it('is made anew for other flags', () => {
    const shown = show();
    const row = Object.freeze(anArtifact());
    const [all, none] = [deepFreeze(declaredFlags()), deepFreeze(declaredFlags({ sbom_present: false }))];
    for (const flags of [all, none, all, none]) expect(shown(row, flags).flags).toBe(flags);
  });

  it.each<[string, Artifact, ArtifactFlags]>([
    ['the row', anArtifact(), deepFreeze(declaredFlags())],
    ['its flags', Object.freeze(anArtifact()), declaredFlags()],
  ])('is made anew, and not frozen, where %s can change', (_what, row, flags) => {
    const shown = show();
    const first = shown(row, flags);
    expect(shown(row, flags)).not.toBe(first);
    expect(Object.isFrozen(first)).toBe(false);
  });
});

describe('a gate over frozen rows', () => {
  const documents = [document('sbom', {}), document('provenance', PROVENANCE)];
  const odd = anArtifact({ id: 'odd', content_hash: 'v1' });
  const snapshots = fc.record({
    run: anyStatus.map((status) => aRun({ status })),
    artifacts: fc.array(anyArtifact('run-1'), { maxLength: 5 }),
    read: fc.subarray(documents),
    hasOdd: fc.boolean(),
  });

  it('says what it says over rows that can change, each time and at each level', () => {
    fc.assert(
      fc.property(snapshots, ({ run, artifacts, read, hasOdd }) => {
        const rows = [...artifacts, ...(hasOdd ? [odd] : []), ...read.map(({ artifact }) => artifact)];
        const readings = read.map(({ reading }) => reading);
        const frozen = deepFreeze(structuredClone(rows));
        // The levels take turns over the same rows, with documents and without.
        for (const _ of [1, 2]) {
          for (const minimum of LEVELS) {
            for (const known of [readings, []]) {
              const judging = { minimum, trust: TRUST };
              expect(gateOf(run, frozen, known, judging)).toEqual(gateOf(run, rows, known, judging));
              const of = (all: Artifact[]) => ({ run, artifacts: all, latest_pack: null, readings: known });
              expect(manifestOf(of(frozen), judging)).toEqual(manifestOf(of(rows), judging));
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is evaluated anew: a new version of a row counts at once', () => {
    const run = aRun({ status: 'succeeded' });
    const before = deepFreeze(anArtifact({}, { sbom_present: false }));
    expect(gateOf(run, [before]).passed).toBe(false);
    const after = deepFreeze({ ...before, metadata_json: { ...before.metadata_json, sbom_present: true } });
    expect(gateOf(run, [after]).passed).toBe(true);
    expect(gateOf(run, [before]).passed).toBe(false);
  });
});
