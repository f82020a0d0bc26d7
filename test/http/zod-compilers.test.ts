import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Artifact, CreateArtifactRequest } from '../../src/domain/artifact/artifact.ts';
import { MaestroError } from '../../src/domain/errors.ts';
import { ReleaseGateResult } from '../../src/domain/gate/release-gate-result.ts';
import { RunManifest, runManifest } from '../../src/domain/gate/run-manifest.ts';
import { CreateDisclosurePackRequest, DisclosurePack } from '../../src/domain/pack/disclosure-pack.ts';
import { CreateRunRequest, Run, UpdateRunRequest } from '../../src/domain/run/run.ts';
import { compilersFor } from '../../src/http/zod-compilers.ts';
import { ROW_SCHEMAS } from '../../src/start/app.ts';
import { anyCharacter } from '../json-text.ts';

const { serializerCompiler, validatorCompiler } = compilersFor(ROW_SCHEMAS);

const AT = '2026-01-31T10:00:00.000Z';

function run(changes: object = {}): Run {
  return {
    ...{ id: 'r1', name: 'n', owner: 'o', started_at: AT, finished_at: null, status: 'pending', cost_estimate: 1.5 },
    ...{ cost_actual: null, related_entity_ids: ['e'], related_decision_ids: [], metadata: { b: [null], a: {} } },
    ...changes,
  } as Run;
}

function artifact(changes: object = {}): Artifact {
  const flags = { sbom_present: true, slsa_provenance_present: false, risk_assessment_present: true };
  return {
    ...{ id: 'a1', run_id: 'r1', kind: 'sbom', path_or_uri: 'p', content_hash: null, created_at: AT },
    ...{ metadata_json: { ...flags, additional_metadata: { x: 1 } }, content: null, about: [], evidence: null },
    ...changes,
  } as Artifact;
}

function pack(changes: object = {}): DisclosurePack {
  const fields = { id: 'p1', run_id: 'r1', summary: '', artifact_ids: ['a1'] };
  return { ...fields, artifact_digests: [], artifact_contents: [], created_at: AT, metadata: {}, ...changes };
}

function writerOf(schema: z.ZodType): (value: unknown) => string {
  return serializerCompiler({ schema, method: 'GET', url: '/' });
}

const ROWS: [name: string, schema: z.ZodObject, row: (changes?: object) => object][] = [
  ['a run', Run, run],
  ['an artifact', Artifact, artifact],
  ['a pack', DisclosurePack, pack],
];

describe('an answer', () => {
  it.each(ROWS)('that is %s carries its declared fields and no others', (_, schema, row) => {
    for (const freeze of [Object.freeze, (value: object) => value]) {
      const text = writerOf(schema)(freeze(row({ secret: 's3cret', toString: 1 })));
      expect(JSON.parse(text)).toEqual(row());
    }
  });

  it('carries no undeclared field of an object inside it either', () => {
    const flags = { ...artifact().metadata_json, passed: true };
    expect(JSON.parse(writerOf(Artifact)(artifact({ metadata_json: flags })))).toEqual(artifact());
    const manifest = {
      ...runManifest({ run: run(), artifacts: [artifact()], latest_pack: null, readings: [] }),
      secret: 1,
    };
    const report = { ...manifest.compliance_report, secret: 2 };
    const text = writerOf(RunManifest)({ ...manifest, compliance_report: report });
    expect(text).not.toContain('secret');
    expect(JSON.parse(text).compliance_report).toEqual(manifest.compliance_report);
  });

  it('keeps free-form metadata as it is, whatever its keys', () => {
    const metadata = JSON.parse('{"b":1,"a":{"undeclared":[null,{"id":1}]},"":0,"constructor":2}');
    const text = writerOf(Run)(run({ metadata }));
    expect(text).toContain(`"metadata":${JSON.stringify(metadata)}`);
  });

  it.each(ROWS)('that is %s is never sent where a field is missing or does not fit', (_, schema, row) => {
    for (const name of Object.keys(row())) {
      const { success: isOptional } = schema.pick({ [name]: true } as never).safeParse({});
      for (const wrong of [...(isOptional ? [] : [undefined]), Symbol('wrong'), Number.NaN]) {
        for (const freeze of [Object.freeze, (value: object) => value]) {
          const bad = freeze(row({ [name]: wrong }));
          expect(() => writerOf(schema)(bad), name).toThrow();
          expect(() => writerOf(z.array(schema))([row(), bad]), name).toThrow();
          // The refusal is not forgotten at the second try.
          expect(() => writerOf(schema)(bad), name).toThrow();
        }
      }
    }
  });

  it('is never sent where an instant or a word is not one that is declared', () => {
    const write = writerOf(Run);
    for (const changes of [{ status: 'done' }, { started_at: '2026-01-31T10:00:00Z' }, { finished_at: 'now' }]) {
      expect(() => write(run(changes))).toThrow();
    }
  });

  it('that is a manifest is never sent with a part that is missing or does not fit', () => {
    const manifest = runManifest({ run: run(), artifacts: [artifact()], latest_pack: pack(), readings: [] });
    const write = writerOf(RunManifest);
    for (const part of Object.keys(manifest)) {
      expect(() => write({ ...manifest, [part]: undefined }), part).toThrow();
      expect(() => write({ ...manifest, [part]: { id: 1 } }), part).toThrow();
    }
    expect(() => write({ ...manifest, artifacts: [artifact(), null] })).toThrow();
    expect(() => write({ ...manifest, run: null })).toThrow();
  });

  it('that holds no row is written afresh with its declared fields', () => {
    const schema = z.object({ passed: z.boolean(), details: z.object({ count: z.int() }) });
    const write = writerOf(schema);
    const value = { details: { count: 1, secret: 1 }, secret: 1, passed: true };
    expect(write(value)).toBe('{"passed":true,"details":{"count":1}}');
    value.details.count = 2;
    expect(write(Object.freeze(value))).toBe('{"passed":true,"details":{"count":2}}');
    expect(() => write({ passed: 'true', details: { count: 1 } })).toThrow();
    expect(() => writerOf(ReleaseGateResult)({ run_id: 'r', passed: true })).toThrow();
  });
});

describe('the kept text of a row', () => {
  it('is never used for a row that can change', () => {
    const write = writerOf(Run);
    const changing = run();
    expect(JSON.parse(write(changing)).name).toBe('n');
    changing.name = 'other';
    expect(JSON.parse(write(changing)).name).toBe('other');
    expect(JSON.parse(writerOf(z.array(Run))([changing]))[0].name).toBe('other');
  });

  it('is used for a frozen row, alone, in a list and in a manifest', () => {
    let reads = 0;
    const fields = { ...run() };
    const counted = Object.defineProperty(fields, 'name', { get: () => `read ${++reads}`, enumerable: true });
    const frozen = Object.freeze(counted);
    const first = writerOf(Run)(frozen);
    const readsOfFirst = reads;
    expect(writerOf(Run)(frozen)).toBe(first);
    expect(writerOf(z.array(Run))([frozen, frozen])).toBe(`[${first},${first}]`);
    expect(reads).toBe(readsOfFirst);
  });

  it('is that of the row itself, not of another that is equal to it or has its id', () => {
    const write = writerOf(Run);
    write(Object.freeze(run()));
    expect(JSON.parse(write(Object.freeze(run({ status: 'failed' })))).status).toBe('failed');
  });
});

describe('a text made of kept texts', () => {
  const rows = fc.record({
    name: fc.string({ unit: anyCharacter() }),
    cost: fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
    ids: fc.array(fc.string({ unit: 'grapheme' })),
    metadata: fc.dictionary(fc.string(), fc.jsonValue()),
    frozen: fc.boolean(),
    undeclared: fc.jsonValue(),
  });
  const snapshots = fc.record({ runs: fc.array(rows, { minLength: 1, maxLength: 4 }), hasPack: fc.boolean() });

  it('is byte for byte the JSON of the value with its declared fields', () => {
    fc.assert(
      fc.property(snapshots, ({ runs, hasPack }) => {
        const made = runs.map(({ name, cost, ids, metadata, frozen, undeclared }) => {
          const changes = { name, cost_actual: cost, related_entity_ids: ids, metadata, undeclared };
          return frozen ? Object.freeze(run(changes)) : run(changes);
        });
        const artifacts = runs.map(({ name, frozen }) =>
          frozen ? Object.freeze(artifact({ id: name })) : artifact({ undeclared: 1 }),
        );
        const manifest = {
          ...runManifest({ run: made[0] as Run, artifacts, latest_pack: hasPack ? pack() : null, readings: [] }),
          extra: 1,
        };
        // Twice, so that the second is made of texts that were kept at the first.
        for (const _ of [1, 2]) {
          expect(writerOf(RunManifest)(manifest)).toBe(JSON.stringify(RunManifest.parse(manifest)));
          expect(writerOf(z.array(Run))(made)).toBe(JSON.stringify(z.array(Run).parse(made)));
          expect(writerOf(z.array(Artifact))(artifacts)).toBe(JSON.stringify(z.array(Artifact).parse(artifacts)));
        }
      }),
    );
  });

  it('of no rows is an empty list', () => {
    expect(writerOf(z.array(Run))([])).toBe('[]');
  });
});

describe('a request', () => {
  const schema = z.strictObject({
    name: z.string(),
    kind: z.enum(['a', 'b']).optional(),
    list: z.array(z.object({ 'a/b~c': z.number() })).optional(),
    flags: z.strictObject({ on: z.boolean().nullish() }).nullish(),
  });

  function validate(data: unknown, httpPart = 'body') {
    const { value, error } = validatorCompiler({ schema, method: 'POST', url: '/', httpPart })(data) as {
      value?: unknown;
      error?: MaestroError;
    };
    if (error === undefined) return { value, errors: [] };
    expect(error).toBeInstanceOf(MaestroError);
    expect(error.code).toBe('validation_failed');
    return { value, errors: error.errors };
  }

  /** The places that are named. */
  function placesOf(data: unknown, httpPart = 'body'): string[] {
    return validate(data, httpPart).errors.map(({ in: part, pointer }) => `${part} ${pointer}`);
  }

  const detailOf = (data: unknown, httpPart = 'body') => validate(data, httpPart).errors[0]?.detail;

  it('that fits is taken as it is', () => {
    const data = { name: 'n', kind: 'b', list: [{ 'a/b~c': 1 }], flags: { on: null } };
    expect(validate(data)).toEqual({ value: data, errors: [] });
    expect(validate({ name: '' })).toEqual({ value: { name: '' }, errors: [] });
  });

  it('that lacks a field has its place named', () => {
    expect(placesOf({})).toEqual(['body /name']);
    expect(placesOf({ name: undefined })).toEqual(['body /name']);
  });

  it('with a value that does not fit has its place named', () => {
    expect(placesOf({ name: 1 })).toEqual(['body /name']);
    expect(placesOf({ name: null })).toEqual(['body /name']);
    expect(placesOf({ name: 'n', kind: 'c' })).toEqual(['body /kind']);
    expect(placesOf({ name: 'n', list: {} })).toEqual(['body /list']);
    expect(placesOf({ name: 'n', flags: 'on' })).toEqual(['body /flags']);
    expect(placesOf({ name: 'n', flags: { on: 'true' } })).toEqual(['body /flags/on']);
  });

  it('that is no object at all is named as a whole', () => {
    for (const data of [null, undefined, [], 'text', 1]) expect(placesOf(data)).toEqual(['body ']);
  });

  it('with fields that nobody declared has each of them named, also inside other objects', () => {
    expect(placesOf({ name: 'n', x: 1, 'y/z~': 2, toString: 3 })).toEqual([
      'body /x',
      'body /y~1z~0',
      'body /toString',
    ]);
    expect(placesOf({ name: 'n', flags: { On: true } })).toEqual(['body /flags/On']);
  });

  it('has every bad place named at once, with keys escaped as RFC 6901 says', () => {
    const data = { kind: 1, list: [{ 'a/b~c': 1 }, { 'a/b~c': '1' }, {}], flags: { on: 0 }, x: 1 };
    const fields = ['/name', '/kind', '/list/1/a~1b~0c', '/list/2/a~1b~0c', '/flags/on', '/x'];
    expect(placesOf(data).toSorted()).toEqual(fields.map((field) => `body ${field}`).toSorted());
  });

  it('has the part of it named that the place is in', () => {
    expect(placesOf({}, 'querystring')).toEqual(['query /name']);
    expect(placesOf({ name: ['a', 'b'], nmae: '' }, 'querystring')).toEqual(['query /nmae', 'query /name']);
    expect(placesOf({}, 'params')).toEqual(['path /name']);
    expect(placesOf({}, 'headers')).toEqual(['header /name']);
  });

  it('has a misspelt name first, with the name that was meant', () => {
    const { errors } = validate({ nmae: 'n', kind: 'c', flags: { On: true } });
    expect(errors.map(({ pointer, detail }) => `${pointer}: ${detail}`)).toEqual([
      '/flags/On: unknown field `On`; did you mean `on`?',
      '/nmae: unknown field `nmae`; did you mean `name`?',
      '/name: is required',
      '/kind: must be one of a, b',
    ]);
    expect(detailOf({ name: 'n', knid: 'a' }, 'querystring')).toBe('unknown parameter `knid`; did you mean `kind`?');
    expect(detailOf({ name: 'n', colour: 'a' })).toBe('unknown field `colour`');
  });

  it('with a hundred thousand unknown names has all counted, and only the first explained', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => [`nme${index}`, 1]);
    const { errors } = validate(Object.fromEntries(names));
    expect(errors).toHaveLength(100_001);
    expect(errors[150]?.detail).toBe('unknown field');
  });

  it('is told what is wrong: a field left out, of another type, not a known word, not declared', () => {
    const details = [{}, { name: 1 }, { name: 'n', kind: 'c' }, { name: 'n', x: 1 }].map((data) => detailOf(data));
    expect(new Set(details).size).toBe(4);
    expect(detailOf({ name: 'n', kind: 'c' })).toContain('a, b');
    expect(detailOf({ name: 'n', list: {} })).toContain('array');
    expect(detailOf({ name: ['a', 'b'] }, 'querystring')).toContain('once');
  });
});

describe('what is wrong with a field', () => {
  const BAD = [
    ...[null, true, 7, -1, 1.5, '', 'x\0y', '\ud800', 'x'.repeat(5_000), [], [null], [''], [7], {}, { a: 1 }],
    ...[{ a: 'x'.repeat(70_000) }, Array.from({ length: 1_001 }, () => 'x'), Number.POSITIVE_INFINITY],
  ];
  const BODIES = { CreateRunRequest, UpdateRunRequest, CreateArtifactRequest, CreateDisclosurePackRequest };

  it.each(Object.entries(BODIES))('is said in words of ours, never in those of the library: %s', (_name, schema) => {
    const details = new Set<string>();
    const validate = validatorCompiler({ schema, method: 'POST', url: '/', httpPart: 'body' });
    const check = (data: unknown) => {
      const { error } = validate(data) as { error?: MaestroError };
      for (const { detail } of error?.errors ?? []) details.add(detail);
    };
    for (const field of Object.keys(schema.shape)) for (const bad of BAD) check({ [field]: bad });
    const flags = { sbom_present: 'yes', sbom_presnt: true, additional_metadata: [] };
    for (const data of [...BAD, { metadata_json: flags }]) check(data);
    expect(details.size).toBeGreaterThan(5);
    for (const detail of details) {
      expect(detail).not.toMatch(/invalid|expected|received|too (big|small)|unrecognized|>=|<=/i);
      // A fragment behind the place, or what is unknown there.
      expect(detail).toMatch(/^(is|are|must|names|has|unknown) .*[^.]$/);
    }
  });
});
