import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Artifact } from '../../src/domain/artifact/artifact.ts';
import { DisclosurePack } from '../../src/domain/pack/disclosure-pack.ts';
import { Run } from '../../src/domain/run/run.ts';
import { jsonText, rowText } from '../../src/json/row-text.ts';
import { anArtifact, aRun } from '../domain/rows.ts';

const PACK = {
  id: 'pack-1',
  run_id: 'run-1',
  summary: 'Evidence',
  artifact_ids: ['artifact-1'],
  artifact_digests: [],
  artifact_contents: [{ artifact_id: 'artifact-1', digest: null, reason: 'content_not_sent' as const }],
  created_at: '2026-01-31T10:10:00.000Z',
  metadata: { audience: 'customer' },
};

/** A row that counts how often it is serialised: its name is read once each time. */
function countedRun(changes: Partial<Run> = {}) {
  const row = { ...aRun(changes), reads: 0 };
  let reads = 0;
  Object.defineProperty(row, 'name', {
    enumerable: true,
    get: () => {
      reads += 1;
      return 'build 1';
    },
  });
  return { row: row as Run, reads: () => reads };
}

describe('the text of a row', () => {
  it.each([
    ['run', Run, aRun({ metadata: { a: [1, null, { b: 'ü' }] }, cost_actual: 0.1 })],
    ['artifact', Artifact, anArtifact({}, { additional_metadata: { deep: { er: true } } })],
    ['disclosure pack', DisclosurePack, PACK],
  ] as const)('is the JSON of a %s', (_what, schema, row) => {
    expect(JSON.parse(rowText(schema, row))).toEqual(row);
    expect(JSON.parse(rowText(schema, Object.freeze({ ...row })))).toEqual(row);
  });

  it('holds the declared fields and no others, at any depth but in free-form metadata', () => {
    const row = { ...aRun({ metadata: { secret: 'kept as sent' } }), password: 'x', tenant: 'y' };
    expect(JSON.parse(rowText(Run, row))).toEqual(aRun({ metadata: { secret: 'kept as sent' } }));

    const artifact = anArtifact();
    const metadata_json = { ...artifact.metadata_json, verified: true };
    expect(JSON.parse(rowText(Artifact, Object.freeze({ ...artifact, metadata_json, owner: 'z' })))).toEqual(artifact);
  });

  it.each([
    ['lacks a field', { name: undefined }],
    ['has an unknown status', { status: 'done' }],
    ['has a time that is not in UTC with milliseconds', { started_at: '2026-01-31T10:00:00Z' }],
    ['has an infinite cost', { cost_actual: Number.POSITIVE_INFINITY }],
    ['has null for metadata', { metadata: null }],
  ])('does not exist where the row %s', (_what, misfit) => {
    const row = { ...aRun(), ...misfit };
    expect(() => rowText(Run, row)).toThrow(z.core.$ZodError);
    expect(() => rowText(Run, Object.freeze(row))).toThrow(z.core.$ZodError);
    expect(() => rowText(Run, row)).toThrow(z.core.$ZodError);
  });

  it('is made once for a frozen row', () => {
    const { row, reads } = countedRun();
    Object.freeze(row);
    const first = rowText(Run, row);
    expect(reads()).toBe(1);
    expect([rowText(Run, row), rowText(Run, row)]).toEqual([first, first]);
    expect(reads()).toBe(1);
  });

  it('is made anew each time for a row that may change', () => {
    const { row, reads } = countedRun();
    expect(rowText(Run, row)).toBe(rowText(Run, row));
    expect(reads()).toBe(2);
    row.owner = 'team-b';
    expect(JSON.parse(rowText(Run, row)).owner).toBe('team-b');
  });

  it('is not that of an equal row, nor that of its last version', () => {
    const before = Object.freeze(aRun({ status: 'running' }));
    const after = Object.freeze({ ...before, status: 'failed' as const });
    expect(JSON.parse(rowText(Run, before)).status).toBe('running');
    expect(JSON.parse(rowText(Run, after)).status).toBe('failed');
    expect(JSON.parse(rowText(Run, before)).status).toBe('running');
  });
});

describe('the text of many rows', () => {
  const MEBIBYTE = 1024 * 1024;
  const large = (id: string) => Object.freeze(aRun({ id, metadata: { fill: 'x'.repeat(MEBIBYTE) } }));
  let flood = 0;

  /** Serialises more than the 64 Mi characters that are kept. */
  function overflow(): void {
    flood += 1;
    for (let index = 0; index < 65; index += 1) rowText(Run, large(`flood-${flood}-${index}`));
  }

  beforeEach(overflow);

  it('is forgotten beyond 64 Mi characters and made again, to the same answer', () => {
    const { row, reads } = countedRun({ metadata: { commit: 'abc' } });
    Object.freeze(row);
    const first = rowText(Run, row);
    rowText(Run, row);
    expect(reads()).toBe(1);

    overflow();
    expect(rowText(Run, row)).toBe(first);
    expect(reads()).toBe(2);

    rowText(Run, row);
    expect(reads()).toBe(2);
  });

  it('is right for every row on both sides of the bound', () => {
    const rows = Array.from({ length: 70 }, (_, index) => large(`row-${index}`));
    const first = rows.map((row) => JSON.parse(rowText(Run, row)).id);
    const again = rows.map((row) => JSON.parse(rowText(Run, row)).id);
    expect(first).toEqual(rows.map(({ id }) => id));
    expect(again).toEqual(first);
  });

  it('still leaves out what is not declared and refuses misfits', () => {
    expect(JSON.parse(rowText(Run, Object.freeze({ ...aRun(), password: 'x' })))).toEqual(aRun());
    expect(() => rowText(Run, Object.freeze({ ...aRun(), status: 'done' }))).toThrow(z.core.$ZodError);
  });
});

describe('jsonText', () => {
  const Point = z.object({ x: z.number(), y: z.number().optional() });

  it('writes any value with the declared fields of its schema', () => {
    expect(jsonText(Point)({ x: 1, y: 2, z: 3 })).toBe('{"x":1,"y":2}');
    expect(jsonText(z.array(Point))([{ x: 1, z: 3 }])).toBe('[{"x":1}]');
  });

  it('throws where the value does not fit', () => {
    for (const value of [{}, { x: '1' }, null, undefined, []]) {
      expect(() => jsonText(Point)(value)).toThrow(z.core.$ZodError);
    }
  });

  it('gives one writer a schema', () => {
    expect(jsonText(Point)).toBe(jsonText(Point));
    expect(jsonText(Point)).not.toBe(jsonText(z.object({ x: z.number() })));
  });
});
