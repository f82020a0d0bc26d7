import { describe, expect, it } from 'vitest';
import { faults, read, SHA256, said, sbom } from './spdx-documents.ts';

const CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
const id = (name: string) => `https://acme.example/1#${name}`;
const element = (type: string, name: string, more: object = {}) => ({
  type,
  spdxId: id(name),
  creationInfo: '_:info',
  name,
  ...more,
});
const info = {
  type: 'CreationInfo',
  '@id': '_:info',
  specVersion: '3.0.1',
  created: '2026-01-31T10:05:00Z',
  createdBy: [id('acme')],
  createdUsing: [id('tool')],
};
const app = element('software_Package', 'payment-api', {
  software_packageVersion: '2.4.1',
  software_packageUrl: 'pkg:npm/payment-api@2.4.1',
  suppliedBy: id('acme'),
  verifiedUsing: [
    { type: 'PackageVerificationCode', algorithm: 'sha1', hashValue: 'ff' },
    { type: 'Hash', algorithm: 'sha256', hashValue: SHA256 },
  ],
});
const library = element('software_Package', 'left-pad', {
  externalIdentifier: [
    { type: 'ExternalIdentifier', externalIdentifierType: 'packageUrl', identifier: 'pkg:npm/left-pad@1' },
  ],
  suppliedBy: 'https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement',
});
const relationship = (name: string, from: string, relationshipType: string, ...to: string[]) =>
  element('Relationship', name, { from: id(from), relationshipType, to });
const graph = (...more: unknown[]) => [
  info,
  element('Organization', 'acme'),
  element('Tool', 'tool', { name: 'syft-1.33.0' }),
  app,
  library,
  element('simplelicensing_LicenseExpression', 'mit', { simplelicensing_licenseExpression: 'MIT' }),
  relationship('r1', 'payment-api', 'dependsOn', id('left-pad')),
  relationship('r2', 'payment-api', 'hasDeclaredLicense', id('mit')),
  relationship('r3', 'left-pad', 'hasConcludedLicense', 'https://spdx.org/licenses/WTFPL'),
  relationship('r4', 'left-pad', 'hasDeclaredLicense', 'https://spdx.org/licenses/ISC'),
  element('software_Sbom', 'sbom', { element: [id('payment-api')], rootElement: [id('payment-api')] }),
  element('SpdxDocument', 'document', { rootElement: [id('sbom')] }),
  ...more,
];
const spdx3 = (...more: unknown[]) => ({ '@context': CONTEXT, '@graph': graph(...more) });

describe('an SPDX 3 JSON-LD document', () => {
  it('is an SBOM with the root of its SBOM for a subject, and every other package for a component', async () => {
    const reading = await read(spdx3());
    expect(said(reading)).toEqual([]);
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'sbom',
      format: 'spdx3-jsonld',
      version: '3.0.1',
      valid: true,
      tool: { name: 'syft', version: '1.33.0' },
      subjects: [{ name: 'payment-api', digests: { sha256: SHA256 } }],
    });
    expect(sbom(reading)).toMatchObject({
      components: 1,
      with_purl: 1,
      with_version: 0,
      with_licence: 1,
      with_hash: 0,
      with_supplier: 0,
      relationships: 4,
      created: '2026-01-31T10:05:00Z',
      author: 'acme',
      subject: { name: 'payment-api', version: '2.4.1', purl: 'pkg:npm/payment-api@2.4.1' },
      ntia: { unique_identifier: true, dependency_relationship: true, author: true, timestamp: true },
      licences: { WTFPL: 1 },
    });
  });

  it('may be one element alone, which is then its subject', async () => {
    const { '@id': _, ...own } = info;
    const reading = await read({ '@context': CONTEXT, ...app, creationInfo: own });
    expect(said(reading)).toEqual([]);
    expect(sbom(reading)).toMatchObject({ components: 0, subject: { name: 'payment-api' } });
    expect(sbom(reading).created).toBe('2026-01-31T10:05:00Z');
  });

  it('may have elements where they are referred to', async () => {
    const inner = element('software_Package', 'inner');
    const reading = await read(spdx3(element('Bundle', 'bundle', { element: [inner] })));
    expect(sbom(reading).components).toBe(2);
    expect(reading.valid).toBe(true);
  });

  it('warns where it holds no package', async () => {
    const reading = await read({ '@context': CONTEXT, '@graph': [info, element('software_File', 'model')] });
    expect(said(reading)).toEqual(['warning no_packages null']);
    expect(sbom(reading).ntia.component_name).toBe(false);
  });

  it('is named where its version is not known', async () => {
    const reading = await read({ ...spdx3(), '@context': 'https://spdx.org/rdf/3.1.0/spdx-context.jsonld' });
    expect(reading).toMatchObject({ state: 'read', format: 'spdx3-jsonld', version: '3.1.0', valid: false });
    expect(said(reading)).toEqual(['error unknown_version /@context']);
    expect(sbom(reading)).toMatchObject({ components: 1, disqualified: 'unknown_version' });
  });

  it('has the context of SPDX alone, though others are read', async () => {
    const reading = await read({ ...spdx3(), '@context': [{ acme: 'https://acme.example/' }, CONTEXT] });
    expect(reading).toMatchObject({ version: '3.0.1', valid: false });
    expect(faults(reading)).toEqual(["schema /@context: must be the context of SPDX's own, and nothing else"]);
  });

  it('has a finding for every fault in its structure', async () => {
    const reading = await read(
      spdx3(
        7,
        { name: 'x' },
        { type: '[Thing]', spdxId: id('x') },
        { type: 'software_Package', creationInfo: 'info', '@id': '_:x' },
        element('Relationship', 'r', { from: id('a'), relationshipType: 'DEPENDS_ON', to: [] }),
        element('software_Package', 'y', { verifiedUsing: [{ type: 'Hash', algorithm: 'SHA256', hashValue: 1 }] }),
      ),
    );
    const at = graph().length;
    expect(faults(reading)).toEqual([
      `schema /@graph/${at}: must be object`,
      `schema /@graph/${at + 1}: must have required property 'type'`,
      `schema /@graph/${at + 2}: must be of a type that SPDX 3 has`,
      `schema /@graph/${at + 3}: must have required property 'spdxId'`,
      `schema /@graph/${at + 3}/creationInfo: must be an IRI or a blank node`,
      `schema /@graph/${at + 3}: must NOT have additional properties (@id)`,
      `schema /@graph/${at + 4}/relationshipType: must be one of the allowed values, not "DEPENDS_ON"`,
      `schema /@graph/${at + 4}/to: must NOT have fewer than 1 items`,
      `schema /@graph/${at + 5}/verifiedUsing/0/algorithm: must be one of the allowed values, not "SHA256"`,
      `schema /@graph/${at + 5}/verifiedUsing/0/hashValue: must be string`,
    ]);
  });

  it('is read though its graph is no list, and counts nothing in silence', async () => {
    const reading = await read({ '@context': CONTEXT, '@graph': 'all of it' });
    expect(said(reading)).toEqual(['error schema /@graph', 'warning no_packages null']);
  });

  it('resolves references that go in a circle, to themselves or nowhere', async () => {
    const reading = await read(
      spdx3(
        element('software_Package', 'a', { suppliedBy: id('a'), verifiedUsing: [id('a'), id('gone')] }),
        element('software_Sbom', 'b', { rootElement: [id('b'), id('gone')] }),
        relationship('c', 'c', 'contains', id('c')),
      ),
    );
    expect(sbom(reading).components).toBe(2);
    expect(reading.subjects).toHaveLength(1);
  });

  it('has packages of AI and of data sets for components', async () => {
    const more = [
      element('ai_AIPackage', 'model'),
      element('dataset_DatasetPackage', 'faces', { dataset_datasetType: ['image'] }),
    ];
    expect(sbom(await read(spdx3(...more))).components).toBe(3);
    const alone = await read({ '@context': CONTEXT, '@graph': [info, ...more] });
    expect(said(alone)).toEqual([]);
    expect(sbom(alone)).toMatchObject({ components: 2, subject: null });
  });

  it('is about what a relationship says that it describes, where nothing has a root', async () => {
    const bare = graph().filter((one) => !/Sbom|SpdxDocument/.test(String((one as { type: string }).type)));
    const document = element('SpdxDocument', 'document');
    const describes = (...to: string[]) => relationship('d', 'document', 'describes', ...to.map(id));
    const of = async (...more: unknown[]) => sbom(await read({ '@context': CONTEXT, '@graph': [...bare, ...more] }));
    expect(await of(document)).toMatchObject({ components: 2, subject: null });
    expect(await of(document, describes('payment-api'))).toMatchObject({
      components: 1,
      subject: { name: 'payment-api' },
    });
    expect(await of(document, describes('payment-api', 'left-pad'))).toMatchObject({ components: 2, subject: null });
  });

  it('has several packages at its root for components, but no file beside a package', async () => {
    const of = async (...roots: string[]) =>
      sbom(await read(spdx3(file, element('software_Sbom', 'all', { rootElement: roots.map(id) }))));
    const file = element('software_File', 'a.c');
    expect(await of('payment-api', 'left-pad')).toMatchObject({ components: 2, subject: null });
    expect(await of('a.c')).toMatchObject({ components: 1, subject: { name: 'payment-api' } });
  });

  it('depends on nothing where the other end is nobody or the same', async () => {
    const bare = graph().filter((one) => (one as { relationshipType?: string }).relationshipType !== 'dependsOn');
    const of = async (...to: string[]) =>
      sbom(
        await read({ '@context': CONTEXT, '@graph': [...bare, relationship('d', 'payment-api', 'dependsOn', ...to)] }),
      ).ntia.dependency_relationship;
    for (const nobody of ['NoAssertionElement', 'NoneElement']) {
      expect(await of(nobody)).toBe(false);
      expect(await of(`https://spdx.org/rdf/3.0.1/terms/Core/${nobody}`)).toBe(false);
    }
    expect(await of(id('payment-api'))).toBe(false);
    expect(await of('NoneElement', id('left-pad'))).toBe(true);
  });

  it('has for an author whoever made it, but no software and nobody who is not named', async () => {
    const of = async (createdBy: unknown[], ...more: unknown[]) => {
      const graphOf = [{ ...info, createdBy }, ...graph(...more).slice(1)];
      return sbom(await read({ '@context': CONTEXT, '@graph': graphOf }));
    };
    expect(await of([id('bot')], element('SoftwareAgent', 'bot'))).toMatchObject({
      author: null,
      ntia: { author: false },
    });
    expect((await of([id('bot'), id('acme')], element('SoftwareAgent', 'bot'))).author).toBe('acme');
    expect((await of([id('nobody')], element('Person', 'nobody', { name: 'NOASSERTION' }))).author).toBeNull();
    expect((await of(['https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement'])).author).toBeNull();
    expect((await of(['_:gone'])).author).toBeNull();
    expect((await of(['https://acme.example/people#jane'])).author).toBe('https://acme.example/people#jane');
  });

  it('counts no supplier that is named by NOASSERTION', async () => {
    const nobody = element('Organization', 'nobody', { name: 'NOASSERTION' });
    const x = element('software_Package', 'x', { suppliedBy: id('nobody') });
    expect(sbom(await read(spdx3(nobody, x))).with_supplier).toBe(0);
  });

  it('never fails the reader, whatever the types of its values', async () => {
    const odd = [null, 0, '', 'x', '_:info', [], [[]], {}, { type: 'software_Package' }, [{ type: 1 }], { type: [] }];
    for (const name of [...Object.keys(app), 'externalIdentifier', 'originatedBy', 'rootElement', 'from', 'to']) {
      for (const value of odd) {
        for (const type of ['software_Package', 'Relationship', 'software_Sbom', 'CreationInfo']) {
          const reading = await read({ '@context': CONTEXT, '@graph': [{ ...app, type, [name]: value }] });
          expect(
            reading.findings.map(({ code }) => code),
            `${type} ${name}`,
          ).not.toContain('reader_failed');
          expect(reading.format).toBe('spdx3-jsonld');
        }
      }
    }
  });
});
