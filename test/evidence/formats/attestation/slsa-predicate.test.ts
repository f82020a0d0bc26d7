import { expect, test } from 'vitest';
import { codes, provenance, read } from './attested.ts';

test('a bare SLSA predicate is provenance of nothing, and not taken for SLSA provenance', async () => {
  const reading = await read(provenance());
  expect(reading).toMatchObject({
    state: 'read',
    kind: 'provenance',
    format: 'slsa-provenance-predicate',
    version: 'v1',
    subjects: [],
  });
  expect(reading.facts).toMatchObject({
    predicate_type: null,
    slsa: false,
    builder_id: 'https://builder.example/one',
    subjects: 0,
  });
  expect(codes(reading)).toEqual(['warning statement_missing']);
});

test('bare SLSA predicates are told apart by their fields', async () => {
  const second = { builder: { id: 'b' }, buildType: 't', invocation: {}, materials: [] };
  expect(await read(second)).toMatchObject({ format: 'slsa-provenance-predicate', version: 'v0.2', valid: true });
  expect(await read({ builder: { id: 'b' }, recipe: { type: 't' } })).toMatchObject({ version: 'v0.1', valid: true });
  const odd = await read({ ...second, invocation: { parameters: [] } });
  expect(codes(odd)).toEqual(['warning statement_missing', 'error parameters_malformed']);
  expect(await read({ builder: {}, buildType: 't', metadata: {} })).toMatchObject({ state: 'opaque' });
});
