import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { LEVELS } from '../../../src/domain/gate/flag.ts';
import type { GateArtifact } from '../../../src/domain/gate/gate-artifact.ts';
import { TRUST } from '../attestations.ts';
import { A_CONTENT, A_READING, anyArtifact, anyStatus, aRun } from '../rows.ts';
import { judgedAt } from './judged.ts';

/** Any other field that the gate reads of the artifact throws. */
function onlyGateFields({ created_at: _at, metadata_json, ...rest }: Artifact): GateArtifact {
  const { additional_metadata: _more, ...flags } = metadata_json;
  return sealed({ ...rest, metadata_json: sealed(flags) });
}

function sealed<Row extends object>(row: Row): Row {
  return new Proxy(row, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !Object.hasOwn(target, name)) throw new Error(`the gate reads ${name}`);
      return Reflect.get(target, name, receiver);
    },
  });
}

it('the gate reads nothing of an artifact but what every store gives it', () => {
  const { subjects, subjects_total, facts, verification } = A_READING;
  const evidence = { ...A_READING, level: 'parsed', read_at: '2026-01-31T10:06:00.000Z', reader: 'maestro/3' } as const;
  fc.assert(
    fc.property(fc.array(anyArtifact('run-1')), anyStatus, fc.boolean(), (artifacts, status, hasDocument) => {
      const [first, ...others] = artifacts;
      const rows: Artifact[] =
        hasDocument && first !== undefined ? [{ ...first, content: A_CONTENT, evidence }, ...others] : artifacts;
      const readings = hasDocument
        ? [{ artifact_id: first?.id ?? '', subjects, subjects_total, facts, verification }]
        : [];
      const run = aRun({ status });
      for (const minimum of LEVELS)
        expect(judgedAt({ run, artifacts: rows.map(onlyGateFields), readings }, { minimum, trust: TRUST })).toEqual(
          judgedAt({ run, artifacts: rows, readings }, { minimum, trust: TRUST }),
        );
    }),
  );
});
