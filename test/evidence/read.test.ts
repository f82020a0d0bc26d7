import { describe, expect, it } from 'vitest';

<<<<<<< HEAD

import { readDocument } from '../../src/evidence/read.ts';
import { type Document, type Format, type Note, type Understood, Unreadable } from '../../src/evidence/reading.ts';
import { LIMITS } from '../../src/evidence/unpack.ts';

const READ: Understood = {
  kind: 'attestation',
  format: 'test',
  version: null,
  tool: null,
  subjects: [],
  facts: { kind: 'attestation', predicate_type: null, subjects: 0, statements: 0 },
};

/** Reads every JSON document as what is given. */
function reading(understood: unknown, document = '{}', noting: (note: Note) => void = () => {}) {
  const format: Format<'json'> = {
    shape: 'json',
    name: 'test',
    fields: ['used'],
    recognises: () => true,
    read(_: Document, note) {
      noting(note);
      if (understood instanceof Error) throw understood;
      return understood as Understood;
    },
  };
  return readDocument(Buffer.from(document), LIMITS, [format as unknown as Format]);
}

const _size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('a document that a reader knows', () => {
  it('is told as far as it is known where it is refused', async () => {
    const refusal = new Unreadable('odd', 'It is odd', { kind: 'vex', format: 'openvex', version: '9' });
    expect(
      await reading(refusal, '{}', (note) => note({ code: 'x', severity: 'warning', message: 'm', pointer: null })),
    ).toMatchObject({
      state: 'unreadable',
      kind: 'vex',
      format: 'openvex',
      version: '9',
      findings: [{ code: 'odd', message: 'It is odd' }, { code: 'x' }],
      findings_total: 2,
      valid: false,
    });
  });

  it('has a finding for a field that occurs twice, or is refused where the reader uses it', async () => {
    expect(await reading(READ, '{"a":1,"a":2}')).toMatchObject({
      state: 'read',
      valid: true,
      findings: [{ code: 'duplicate_key', severity: 'warning', pointer: '/a' }],
    });
    expect(await reading(READ, '{"deep":[{"used":1,"used":2}]}')).toMatchObject({
      state: 'unreadable',
      findings: [{ code: 'duplicate_key', severity: 'error' }],
    });
  });
});

describe('a document that no reader knows', () => {
  it('is described as such where a reader says that it is no evidence', async () => {
    expect(await reading({ ...READ, kind: 'opaque', format: 'trust', facts: null })).toMatchObject({
      state: 'opaque',
      format: 'trust',
      facts: { kind: 'opaque', media_type: 'application/json', size: 2 },
    });
  });

  it('is refused where it is several documents that a reader knows one of', async () => {
    expect(await reading(READ, '{"a":1}\n{"a":2}')).toMatchObject({
      state: 'unreadable',
      format: 'test',
      findings: [{ code: 'several_documents' }],
    });
=======
import { earnedFlag } from '../../src/domain/flags.ts';
import { readDocument } from '../../src/evidence/read.ts';

const CDX = { bomFormat: 'CycloneDX', specVersion: '1.6' };
const CDX_XML = 'http://cyclonedx.org/schema/bom/1.5';

async function flagOf(document: object | string) {
  const reading = await readDocument(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)));
  expect(reading.state).toBe('read');
  return earnedFlag(reading, reading.tool);
}

describe('a document whose list holds nothing but', () => {
  const holders: Record<string, (entry: unknown) => object> = {
    'components of CycloneDX': (entry) => ({ ...CDX, components: [entry] }),
    'components within the subject': (entry) => ({ ...CDX, metadata: { component: { components: [entry] } } }),
    'vulnerabilities of CycloneDX': (entry) => ({ ...CDX, vulnerabilities: [entry] }),
    'packages of SPDX': (entry) => ({ spdxVersion: 'SPDX-2.3', packages: [entry] }),
    'packages of Syft': (entry) => ({ descriptor: { name: 'syft' }, artifacts: [entry] }),
    'statements of OpenVEX': (entry) => ({ '@context': 'https://openvex.dev/ns/v0.2.0', statements: [entry] }),
    'vulnerabilities of CSAF': (entry) => ({
      document: { csaf_version: '2.0', category: 'csaf_vex' },
      vulnerabilities: [entry],
    }),
    'checks of Scorecard': (entry) => ({ scorecard: {}, checks: [entry] }),
  };

  it.each(Object.keys(holders))(
    'null, numbers, texts or lists for %s earns no flag, and an object does',
    async (name) => {
      const holder = holders[name] as (entry: unknown) => object;
      for (const entry of [null, 1, 'text', [], [{}]]) expect(await flagOf(holder(entry)), `${entry}`).toBeNull();
      expect(await flagOf(holder({}))).not.toBeNull();
    },
  );

  it('elements of another namespace earns no flag, though the schema of CycloneDX lets them stand', async () => {
    const other = '<x:components xmlns:x="urn:x"><x:component><x:name>a</x:name></x:component></x:components>';
    const inOwn = '<components><x:component xmlns:x="urn:x"/></components>';
    const own = '<components><component type="library"><name>a</name></component></components>';
    expect(await flagOf(`<bom xmlns="${CDX_XML}">${other}</bom>`)).toBeNull();
    expect(await flagOf(`<bom xmlns="${CDX_XML}">${inOwn}</bom>`)).toBeNull();
    expect(await flagOf(`<bom xmlns="${CDX_XML}">${other}${own}</bom>`)).toBe('sbom_present');
>>>>>>> fix(evidence): what is no component earns no flag
  });
});
