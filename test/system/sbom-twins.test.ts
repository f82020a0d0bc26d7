// The same bill in every form comes to the same facts: no form is an easier way to a flag, or a harder one.
import { describe, expect, it } from 'vitest';
import { earnedFlag } from '../../src/domain/gate/document-flag.ts';
import { readDocument } from '../../src/evidence/read.ts';
import { sbom } from '../evidence/formats/sbom/spdx-documents.ts';
import { type Bill, type Entry, WRITERS } from './sbom-twins.ts';

const FORMS = Object.keys(WRITERS);

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  ...{ id, name: id, version: '1.0.0', purl: `pkg:npm/${id}@1.0.0`, licence: 'MIT' },
  ...more,
});

const BILL: Bill = {
  subject: entry('payment-api', { version: '2.4.1', purl: 'pkg:npm/payment-api@2.4.1' }),
  components: [entry('a'), entry('b', { purl: 'pkg:npm/%40acme/b@1.0.0' }), entry('c', { licence: 'Apache-2.0' })],
  depends: [['a', 'b']],
  created: '2026-01-31T10:05:00Z',
  author: 'Jane Doe',
  tool: 'syft',
  toolVersion: '1.33.0',
};

async function factsIn(form: string, bill: Bill, known = true) {
  const reading = await readDocument(Buffer.from(WRITERS[form]?.(bill, known) ?? ''));
  expect([reading.state, reading.format]).toEqual(['read', form]);
  const { relationships, subject, author, ntia, ...facts } = sbom(reading);
  // Relationships count other things in each form, and identifiers are part of SPDX; Syft names no author.
  const { unique_identifier, author: authored, ...met } = ntia;
  expect(authored).toBe(author !== null);
  return {
    facts: { ...facts, ntia: met, subject: { name: subject?.name, version: subject?.version }, tool: reading.tool },
    purl: subject?.purl,
    author,
    bad: reading.findings.filter(({ code }) => code === 'bad_purl').length,
    flag: earnedFlag(reading, reading.tool),
  };
}

const BILLS: Readonly<Record<string, Bill>> = {
  'that is whole': BILL,
  'whose subject is listed twice': { ...BILL, repeated: true },
  'of a tool alone': { ...BILL, author: null },
  'of nobody that is named': { ...BILL, author: 'NOASSERTION' },
  'of nothing but its subject': { ...BILL, components: [], depends: [] },
  'of nothing but its subject, twice': { ...BILL, components: [], depends: [], repeated: true },
  'in which nothing is known': {
    ...BILL,
    components: ['NOASSERTION', 'NONE', 'none', 'NoAssertion'].map((word, index) =>
      entry(`c${index}`, { version: word, purl: word, licence: word }),
    ),
    depends: [['c0', 'NOASSERTION']],
    created: 'NOASSERTION',
    toolVersion: 'NOASSERTION',
  },
  'with what is no package URL': { ...BILL, components: [entry('a', { purl: 'not-a-purl' }), entry('b')] },
  'in which no component has a name': {
    ...BILL,
    components: [entry('a', { name: 'NOASSERTION' }), entry('b', { name: 'NOASSERTION' })],
  },
};

const EXPECTED: Readonly<Record<string, object>> = {
  'that is whole': { components: 3, with_purl: 3, with_version: 3, licences: { MIT: 2, 'Apache-2.0': 1 } },
  'whose subject is listed twice': { components: 3, with_purl: 3, with_version: 3 },
  'of a tool alone': { components: 3 },
  'of nobody that is named': { components: 3 },
  'of nothing but its subject': { components: 0, with_purl: 0, licences: {} },
  'of nothing but its subject, twice': { components: 0, with_purl: 0, licences: {} },
  'in which nothing is known': {
    ...{ components: 4, with_purl: 0, with_version: 0, with_licence: 0, licences: {}, created: null },
    ...{ tool: { name: 'syft', version: null }, ntia: { dependency_relationship: false, timestamp: false } },
  },
  'with what is no package URL': { components: 2, with_purl: 1 },
  'in which no component has a name': { components: 2, disqualified: 'nothing_named' },
};

describe.each(Object.keys(BILLS))('a bill of materials %s', (name) => {
  const bill = BILLS[name] as Bill;

  it('comes to the same facts in every form', async () => {
    const all = await Promise.all(FORMS.map(async (form) => [form, await factsIn(form, bill)] as const));
    const [, first] = all[0] as (typeof all)[number];
    expect(first.facts).toMatchObject(EXPECTED[name] as object);
    for (const [form, { facts, purl, author, bad, flag }] of all) {
      expect([form, facts, flag, bad]).toEqual([form, first.facts, first.flag, first.bad]);
      if (form !== 'syft-json') expect([form, purl, author]).toEqual([form, first.purl, first.author]);
    }
  });

  it('earns nothing in any form of an unknown version', async () => {
    for (const form of FORMS) {
      const { facts, flag } = await factsIn(form, bill, false);
      expect([form, facts.disqualified, flag]).toEqual([form, 'unknown_version', null]);
    }
  });
});

it('earns a flag where it has a component with a name, and none where it has not', async () => {
  const flags = await Promise.all(
    Object.entries(BILLS).map(async ([name, bill]) => [name, (await factsIn('cyclonedx-json', bill)).flag]),
  );
  expect(flags.filter(([, flag]) => flag === null).map(([name]) => name)).toEqual([
    'of nothing but its subject',
    'of nothing but its subject, twice',
    'in which no component has a name',
  ]);
});
