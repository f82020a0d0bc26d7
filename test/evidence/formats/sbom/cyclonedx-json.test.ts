import { describe, expect, it } from 'vitest';
import type { FactsOf } from '../../../../src/domain/evidence/evidence-facts.ts';
import { readDocument } from '../../../../src/evidence/read.ts';
import type { Reading } from '../../../../src/evidence/reading.ts';
import { handedOver } from '../attestation/attested.ts';

const SHA256 = 'ABcd'.repeat(16);

const read = (document: unknown) => readDocument(Buffer.from(JSON.stringify(document)));
const sbomOf = ({ facts }: Reading) => facts as FactsOf<'sbom'>;
const codesOf = ({ findings }: Reading) => findings.map(({ code, severity, pointer }) => [code, severity, pointer]);

const library = (name: string, more: object = {}) => ({ type: 'library', name, ...more });
const bom = (more: object = {}, specVersion: unknown = '1.6') => ({ bomFormat: 'CycloneDX', specVersion, ...more });

const FULL = bom({
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  metadata: {
    timestamp: '2026-01-31T10:05:00Z',
    tools: { components: [library('syft', { version: '1.33.0' })] },
    component: {
      ...library('payment-api', { version: '2.4.1', purl: 'pkg:npm/payment-api@2.4.1', 'bom-ref': 'root' }),
      hashes: [{ alg: 'SHA-256', content: SHA256 }],
    },
  },
  components: [
    library('a', {
      'bom-ref': 'a',
      version: '1',
      purl: 'pkg:npm/a@1',
      hashes: [{ alg: 'MD5', content: 'a'.repeat(32) }],
      licenses: [{ license: { id: 'MIT' } }, { license: { id: 'MIT', url: 'https://a.example' } }],
      supplier: { name: 'Acme' },
      components: [library('b', { 'bom-ref': 'b', version: '2', cpe: 'cpe:2.3:a:b:b:2:*:*:*:*:*:*:*', author: 'Ann' })],
    }),
    library('c', { licenses: [{ expression: 'MIT OR Apache-2.0' }] }),
  ],
  dependencies: [{ ref: 'root', dependsOn: ['a', 'b'] }, { ref: 'a', dependsOn: ['b'] }, { ref: 'b' }],
});

describe('CycloneDX JSON', () => {
  it('is counted, nested components too, neither the subject nor tools', async () => {
    const reading = await read(FULL);
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'sbom',
      format: 'cyclonedx-json',
      version: '1.6',
      valid: true,
      findings: [],
      tool: { name: 'syft', version: '1.33.0' },
    });
    expect(reading.facts).toEqual({
      kind: 'sbom',
      components: 3,
      with_purl: 1,
      with_version: 2,
      with_licence: 2,
      with_hash: 1,
      with_supplier: 2,
      relationships: 3,
      created: '2026-01-31T10:05:00Z',
      author: null,
      subject: {
        name: 'payment-api',
        version: '2.4.1',
        purl: 'pkg:npm/payment-api@2.4.1',
        digests: { sha256: SHA256 },
      },
      ntia: {
        supplier_name: false,
        component_name: true,
        version: false,
        unique_identifier: false,
        dependency_relationship: true,
        author: false,
        timestamp: true,
      },
      licences: { MIT: 1, 'MIT OR Apache-2.0': 1 },
    });
    expect(reading.subjects).toEqual([{ name: 'payment-api', digests: { sha256: SHA256 } }]);
  });

  it('has components in the subject itself counted', async () => {
    const component = library('app', { components: [library('part')] });
    expect(sbomOf(await read(bom({ metadata: { component } }))).components).toBe(1);
  });

  it('meets no element about every component where there is none', async () => {
    const { ntia } = sbomOf(await read(bom({ components: [] })));
    expect(Object.values(ntia)).toEqual(Array(7).fill(false));
  });

  it.each(['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'])('of version %s is held to its schema', async (version) => {
    const components = [library('a', version < '1.4' ? { version: '1' } : {})];
    expect(await read(bom({ version: 1, components }, version))).toMatchObject({ version, valid: true });
    expect((await read(bom({ version: 1, components: [{ name: 'a' }] }, version))).valid).toBe(false);
    expect((await read(bom({ version: 1, components, unheardOf: 1 }, version))).valid).toBe(false);
  });

  it.each(['1.8', '9.9', '1.1', 'toString'])('of version %s, which is unknown, is read and named', async (version) => {
    const reading = await read(bom({ components: [library('a')] }, version));
    expect(reading).toMatchObject({ state: 'read', kind: 'sbom', format: 'cyclonedx-json', version, valid: false });
    expect(codesOf(reading)).toEqual([['unknown_version', 'error', '/specVersion']]);
    expect(sbomOf(reading)).toMatchObject({ components: 1, disqualified: 'unknown_version' });
    const vex = await read(bom({ vulnerabilities: [{ id: 'CVE-1' }] }, version));
    expect(vex.facts).toMatchObject({ kind: 'vex', statements: 1, disqualified: 'unknown_version' });
  });

  it('earns nothing where no component has a name, and something where one has', async () => {
    for (const name of [undefined, '', ' \t', '\u200b\u2060', 'NOASSERTION', 7]) {
      const { components, disqualified } = sbomOf(await read(bom({ components: [library('a', { name }), {}] })));
      expect([components, disqualified]).toEqual([2, 'nothing_named']);
    }
    expect(sbomOf(await read(bom({ components: [{}, library('none')] })))).not.toHaveProperty('disqualified');
  });

  it('that is a VEX earns nothing where no vulnerability has a name', async () => {
    const of = async (...vulnerabilities: object[]) => (await read(bom({ vulnerabilities }))).facts;
    expect(await of({}, { id: ' ', references: [{ id: 'NONE' }] })).toMatchObject({
      kind: 'vex',
      statements: 2,
      disqualified: 'nothing_named',
    });
    for (const named of [{ id: 'CVE-1' }, { references: [{ id: 'CVE-1', source: { name: 'NVD' } }] }])
      expect(await of({}, named)).not.toHaveProperty('disqualified');
  });

  it('does not count its subject where it is listed again, by its reference or its package URL', async () => {
    const component = library('app', { version: '1', 'bom-ref': 'root', purl: 'pkg:npm/app@1' });
    const of = async (...components: object[]) => sbomOf(await read(bom({ metadata: { component }, components })));
    expect(await of(library('app', { 'bom-ref': 'root' }))).toMatchObject({ components: 0, with_version: 0 });
    expect(await of(library('again', { purl: 'pkg:npm/app@1' }))).toMatchObject({ components: 0, with_purl: 0 });
    const [plain, holder] = [library('app', { version: '1' }), { ...component, components: [library('part')] }];
    expect(await of(plain)).toMatchObject({ components: 1 });
    expect(await of(holder)).toMatchObject({ components: 1, with_purl: 0 });
  });

  it('is an SBOM, no VEX, though it lists nothing but its subject', async () => {
    const component = library('app', { purl: 'pkg:npm/app@1' });
    const document = { metadata: { component }, components: [component], vulnerabilities: [{ id: 'CVE-1' }] };
    expect((await read(bom(document))).facts).toMatchObject({ kind: 'sbom', components: 0 });
  });

  it.each(['NOASSERTION', 'NONE', 'NoAssertion', 'none', ' '])(
    'takes "%s" for nothing, wherever it stands',
    async (word) => {
      const nothing = {
        ...{ version: word, purl: word, cpe: word, swid: { tagId: word, name: 'a' }, swhid: [word], omniborId: [word] },
        ...{ supplier: { name: word }, manufacturer: { name: word }, publisher: word, author: word },
        ...{
          authors: [{ name: word }],
          licenses: [{ license: { name: word } }],
          hashes: [{ alg: 'MD5', content: word }],
        },
      };
      const metadata = {
        ...{ timestamp: word, authors: [{ name: word, email: word }], supplier: { name: word } },
        ...{ manufacturer: { name: word }, tools: { components: [library(word)] }, component: library('app', nothing) },
      };
      const components = [library('a', nothing), library('b', { licenses: [{ expression: word }] })];
      const reading = await read(bom({ metadata, components }));
      expect(reading.tool).toBeNull();
      expect(sbomOf(reading)).toMatchObject({
        ...{ components: 2, with_purl: 0, with_version: 0, with_licence: 0, with_hash: 0, with_supplier: 0 },
        ...{ created: null, author: null, licences: {} },
        subject: { name: 'app', version: null, purl: null, digests: {} },
        ntia: { unique_identifier: false, author: false, timestamp: false },
      });
    },
  );

  it('warns of what is no package URL, wherever it stands, and does not count it', async () => {
    const wrong = { purl: 'not-a-purl' };
    const components = [
      library('a', { purl: 'pkg:npm/%40acme/x@1' }),
      library('b', { ...wrong, components: [library('c', wrong)] }),
    ];
    const component = library('app', { ...wrong, components: [library('d', wrong)] });
    const reading = await read(bom({ metadata: { component }, components }));
    expect(codesOf(reading)).toEqual([
      ['bad_purl', 'warning', '/metadata/component/purl'],
      ['bad_purl', 'warning', '/metadata/component/components/0/purl'],
      ['bad_purl', 'warning', '/components/1/purl'],
      ['bad_purl', 'warning', '/components/1/components/0/purl'],
    ]);
    expect(sbomOf(reading)).toMatchObject({ components: 4, with_purl: 1, subject: { purl: null } });
  });

  it.each([
    ['git@host:path', false],
    ['https://github.com:ethlo/itu', false],
    ['https://github.com/ethlo/itu', true],
  ])('holds addresses to what an IRI reference is: %s is one, %s', async (url, valid) => {
    const components = [library('a', { externalReferences: [{ type: 'vcs', url }] })];
    const reading = await read(bom({ components }));
    expect(reading.valid).toBe(valid);
    if (!valid) expect(codesOf(reading)).toContainEqual(['schema', 'error', '/components/0/externalReferences/0/url']);
  });

  it('of 1.7 has an expression with details for a licence', async () => {
    const licenses = [{ expression: 'MIT OR GPL-2.0-only', expressionDetails: [{ licenseIdentifier: 'MIT' }] }];
    const reading = await read(bom({ components: [library('a', { licenses })] }, '1.7'));
    expect(reading.valid).toBe(true);
    expect(sbomOf(reading)).toMatchObject({ with_licence: 1, licences: { 'MIT OR GPL-2.0-only': 1 } });
  });

  it('names its author, who is no tool', async () => {
    const tools = { components: [library('syft')] };
    const of = async (metadata: object) => sbomOf(await read(bom({ metadata: { tools, ...metadata } })));
    expect(await of({})).toMatchObject({ author: null, ntia: { author: false } });
    expect(await of({ authors: [{ email: 'ann@acme.example' }, { name: 'Bob' }] })).toMatchObject({
      author: 'ann@acme.example',
      ntia: { author: true },
    });
    expect((await of({ manufacturer: { name: 'Acme' } })).author).toBe('Acme');
    expect((await of({ supplier: { name: 'Acme' } })).author).toBe('Acme');
  });

  it('depends on nothing where a dependency leads nowhere or back', async () => {
    const of = async (...dependencies: object[]) =>
      sbomOf(await read({ ...FULL, dependencies })).ntia.dependency_relationship;
    expect(await of({ ref: 'a', dependsOn: ['NOASSERTION'] })).toBe(false);
    expect(await of({ ref: 'gone', dependsOn: ['a'] })).toBe(false);
    expect(await of({ ref: 'a', dependsOn: ['a'] })).toBe(false);
    expect(await of({ ref: 'a', dependsOn: [] })).toBe(false);
    expect(await of({ ref: 'a', dependsOn: ['NONE', 'b'] })).toBe(true);
    expect(await of({ ref: 'a', dependsOn: ['urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#b'] })).toBe(true);
  });

  it.each([{}, { specVersion: 1.6 }, { specVersion: null }])('with %o for a version has none', async (version) => {
    const reading = await read({ bomFormat: 'CycloneDX', ...version, components: [library('a')] });
    expect(reading).toMatchObject({ format: 'cyclonedx-json', version: null, valid: false });
    expect(codesOf(reading)).toEqual([['unknown_version', 'error', '/specVersion']]);
  });

  it('has every fault of every component told, with its place', async () => {
    const broken = { type: 'gadget', name: 'a', hashes: [{ alg: 'MD5', content: 'x' }], more: 1 };
    const reading = await read(bom({ components: [library('ok'), broken], version: 0, 'a/b': 1 }));
    expect(reading.findings.map(({ code, message, pointer }) => [code, pointer, message])).toEqual([
      ['schema', '', "must NOT have additional properties ('a/b')"],
      ['schema', '/components/1', "must NOT have additional properties ('more')"],
      ['schema', '/components/1/type', 'must be equal to one of the allowed values'],
      ['schema', '/components/1/hashes/0/content', expect.stringContaining('must match pattern')],
      ['schema', '/version', 'must be >= 1'],
    ]);
  });

  it('refuses components that are the same but for the order of their keys', async () => {
    const [one, other] = [library('a', { version: '1', tags: ['x'] }), { tags: ['x'], version: '1', ...library('a') }];
    expect(codesOf(await read(bom({ components: [library('b'), one, other] })))).toEqual([
      ['schema', 'error', '/components'],
    ]);
    expect((await read(bom({ components: [one, library('a', { version: '1', tags: ['y'] })] }))).valid).toBe(true);
  });

  it('refuses the same twice deep within a component', async () => {
    const twice = library('b', { tags: ['x'] });
    const nested = library('a', { components: [library('c', { components: [twice, library('d'), twice] })] });
    const reading = await read(bom({ components: [nested] }));
    expect(codesOf(reading)).toEqual([['schema', 'error', '/components/0/components/0/components']]);
  });

  it.each([
    ['ann@example.com', true],
    ['"a b"@example.com', true],
    ['ann@[127.0.0.1]', true],
    ['jürgen@bücher.example', true],
    ['ann', false],
    ['ann@localhost', false],
    ['a..b@example.com', false],
    ['ann@-a.example', false],
  ])('takes %s for a mailbox: %s', async (email, valid) => {
    expect((await read(bom({ components: [library('a', { authors: [{ name: 'Ann', email }] })] }))).valid).toBe(valid);
  });

  it('is not held up by a long address', async () => {
    const authors = Array.from({ length: 20_000 }, (_, index) => ({
      email: `${'a.'.repeat(400)}${index}@example.com`,
    }));
    expect((await read(bom({ components: [library('a', { authors })] }))).valid).toBe(true);
    const [{ email } = { email: '' }] = authors;
    const longer = [{ email: `${'a.'.repeat(100_000)}${email}` }];
    expect((await read(bom({ components: [library('a', { authors: longer })] }))).valid).toBe(false);
  });

  it('is warned of references that are nothing, once each, and of those that are two things', async () => {
    const reading = await read(
      bom({
        components: [library('a', { 'bom-ref': 'a' }), library('b', { 'bom-ref': 'a' })],
        dependencies: [
          { ref: 'a', dependsOn: ['gone', 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#x'] },
          { ref: 'gone' },
        ],
      }),
    );
    expect(codesOf(reading)).toEqual([
      ['duplicate_ref', 'warning', '/components/1/bom-ref'],
      ['dangling_ref', 'warning', '/dependencies/0'],
    ]);
    expect(reading.valid).toBe(true);
  });

  it('takes dependencies that go round', async () => {
    const components = [library('a', { 'bom-ref': 'a' }), library('b', { 'bom-ref': 'b' })];
    const dependencies = [
      { ref: 'a', dependsOn: ['b'] },
      { ref: 'b', dependsOn: ['a', 'b'] },
    ];
    const reading = await read(bom({ components, dependencies }));
    expect([reading.valid, sbomOf(reading).relationships]).toEqual([true, 3]);
  });

  it.each([
    ['a list', [{ vendor: 'anchore', name: 'syft', version: '1' }], { name: 'syft', version: '1' }],
    ['components', { components: [library('trivy')] }, { name: 'trivy', version: null }],
    ['services', { services: [{ name: 'scan', version: '3' }] }, { name: 'scan', version: '3' }],
    ['nothing of a name', [{ vendor: 'x' }], null],
  ])('has its tool from %s', async (_what, tools, tool) => {
    expect((await read(bom({ metadata: { tools } }))).tool).toEqual(tool);
  });

  it.each([
    ['its version', { version: `sha256:${SHA256}` }, { sha256: SHA256 }],
    ['its package URL', { purl: `pkg:oci/app@sha256%3A${SHA256}?arch=amd64` }, { sha256: SHA256 }],
    [
      'its hashes first',
      { version: `sha256:${SHA256}`, hashes: [{ alg: 'SHA-256', content: 'b'.repeat(64) }] },
      { sha256: 'b'.repeat(64) },
    ],
    [
      'the first hash of an algorithm',
      {
        hashes: [
          { alg: 'SHA3-256', content: 'c'.repeat(64) },
          { alg: 'SHA3-256', content: 'd'.repeat(64) },
        ],
      },
      { sha3_256: 'c'.repeat(64) },
    ],
    ['no version that is none', { version: 'sha256:abc', purl: `pkg:npm/app@sha256:${SHA256}` }, {}],
  ])('has the digest of the subject from %s', async (_where, more, digests) => {
    const component = { type: 'container', name: 'app', ...more };
    expect((await read(bom({ metadata: { component } }))).subjects).toEqual([{ name: 'app', digests }]);
  });

  it.each(['redacted', '2026-01-31'])('has no timestamp for NTIA by saying "%s"', async (timestamp) => {
    expect(sbomOf(await read(bom({ metadata: { timestamp } })))).toMatchObject({
      created: timestamp,
      ntia: { timestamp: false },
    });
  });

  it('lists the 200 most frequent licences and sums up the rest', async () => {
    const ids = ['often', ...Array.from({ length: 249 }, (_, index) => `LicenseRef-${index}`)];
    const components = ids.map((name, index) => library(`c${index}`, { licenses: [{ license: { name } }] }));
    components.push(library('last', { licenses: [{ license: { name: 'often' } }] }));
    const { licences, with_licence } = sbomOf(await read(bom({ components })));
    expect(with_licence).toBe(251);
    expect(Object.keys(licences)).toHaveLength(201);
    expect(Object.entries(licences)[0]).toEqual(['often', 2]);
    expect(licences.others).toBe(50);
  });

  it('with vulnerabilities alone is a VEX', async () => {
    const vulnerabilities = [
      { id: 'CVE-1', analysis: { state: 'not_affected' }, affects: [{ ref: 'root' }, { ref: 'urn:cdx:x/1#a' }] },
      { id: 'CVE-2', analysis: { state: 'not_affected' }, affects: [{ ref: 'urn:cdx:x/1#a' }] },
      { id: 'CVE-3', analysis: { state: 'exploitable' } },
      { id: 'CVE-4' },
    ];
    const metadata = {
      timestamp: '2026-01-31T10:05:00Z',
      authors: [{ name: 'Ann' }],
      component: library('app', { 'bom-ref': 'root' }),
    };
    const reading = await read(bom({ metadata, vulnerabilities }));
    expect(reading).toMatchObject({ kind: 'vex', format: 'cyclonedx-json', version: '1.6' });
    expect(reading.facts).toEqual({
      kind: 'vex',
      statements: 4,
      by_status: { not_affected: 2, exploitable: 1, unknown: 1 },
      author: 'Ann',
      created: '2026-01-31T10:05:00Z',
    });
    expect(reading.subjects).toEqual([
      { name: 'app', digests: {} },
      { name: 'urn:cdx:x/1#a', digests: {} },
    ]);
  });

  it.each([{ components: [library('a')] }, { services: [{ name: 'a' }] }])(
    'with vulnerabilities and %o is an SBOM',
    async (inventory) => {
      const vulnerabilities = [{ id: 'CVE-1', analysis: { state: 'not_affected' } }];
      expect((await read(bom({ ...inventory, vulnerabilities }))).kind).toBe('sbom');
    },
  );

  it('has components that are no list told, not passed over', async () => {
    const reading = await read(bom({ components: { a: library('a') } }));
    expect(codesOf(reading)).toEqual([['schema', 'error', '/components']]);
    expect(sbomOf(reading).components).toBe(0);
  });

  it('is unreadable with a key twice that facts are taken from', async () => {
    const text = '{"bomFormat":"CycloneDX","specVersion":"1.5","specVersion":"1.6"}';
    expect(await readDocument(Buffer.from(text))).toMatchObject({
      state: 'unreadable',
      findings: [{ code: 'duplicate_key' }],
    });
  });

  it.each([{}, { bomFormat: 'cyclonedx' }, { components: [], specVersion: '1.6' }, ['CycloneDX']])(
    'is not what %o is',
    async (document) => {
      expect((await read(document)).format).not.toBe('cyclonedx-json');
    },
  );

  it('is read whatever the type of any value', async () => {
    const vex = [{ id: 'CVE-1', analysis: { state: 'exploitable' }, affects: [{ ref: 'a' }] }];
    const whole = { ...FULL, vulnerabilities: vex, services: [{ name: 's' }] };
    const odd = [null, true, 0, -1.5, '', 'x', [], {}, [null], [[]], [''], { a: 1 }];
    const codes = new Set<string>();
    for (const path of pathsOf(whole))
      for (const value of odd) {
        const reading = await read(replaced(whole, path, value));
        for (const { code } of reading.findings) codes.add(code);
      }
    expect([...codes].sort()).toEqual(['bad_purl', 'dangling_ref', 'schema', 'unknown_version']);
  });

  it('ends after 500 faults', async () => {
    const components = Array.from({ length: 20_000 }, (_, index) => ({
      name: `c${index}`,
      licenses: [{ license: 1 }],
    }));
    const reading = await read(bom({ components }));
    expect(reading.findings_total).toBe(501);
    expect(reading.valid).toBe(false);
    expect(sbomOf(reading).components).toBe(20_000);
  });

  it('has one fault told for a component of thousands of them', async () => {
    const properties = Array.from({ length: 20_000 }, (_, index) => ({ name: index }));
    const reading = await read(bom({ components: [library('a', { properties })] }));
    expect(codesOf(reading)).toEqual([['schema', 'error', '/components/0/properties/0/name']]);
  });

  it('of 20,000 components that nest and differ is read in linear time', { timeout: 20_000 }, async () => {
    const chain = (name: string) => {
      let inner = library(`${name}-end`);
      for (let depth = 0; depth < 100; depth += 1)
        inner = library(`${name}-${depth}`, { components: [inner, library(`${name}-${depth}-leaf`)] });
      return inner;
    };
    const components = Array.from({ length: 100 }, (_, index) => chain(`n${index}`));
    const reading = await read(bom({ components }));
    expect([reading.valid, sbomOf(reading).components]).toEqual([true, 20_100]);
  });
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const paths = inner.flatMap(([key, one]) => pathsOf(one, [...path, key]));
  return path.length === 0 ? paths.filter(([key]) => key !== 'bomFormat') : [path, ...paths];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...value] as never)
    : { ...(value as Record<string, unknown>) };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

it('tells where the first 1,000 references stand that occur twice, and of others that they do', async () => {
  const twice = Array.from({ length: 2_000 }, () => ({ type: 'library', name: 'a', 'bom-ref': 'a' }));
  const document = { bomFormat: 'CycloneDX', specVersion: '9', components: twice };
  const { findings, findings_total } = await readDocument(Buffer.from(JSON.stringify(document)));
  expect(findings_total).toBe(2_000);
  expect(findings[1]).toMatchObject({ code: 'duplicate_ref', pointer: '/components/1/bom-ref' });
  expect(findings.every(({ code, pointer }) => code !== 'duplicate_ref' || pointer !== null)).toBe(true);
});

it('tells the verifier that the document is signed, where it is, which is not verified', async () => {
  const value = { algorithm: 'ES256', value: 'c2ln' };
  for (const signature of [value, { signers: [value] }, {}])
    expect((await handedOver({ ...FULL, signature })).signed).toEqual([{ pointer: '/signature', form: 'jsf' }]);
  for (const signature of [undefined, null, 'text'])
    expect((await handedOver({ ...FULL, signature })).signed).toEqual([]);
});
