import { describe, expect, it } from 'vitest';
import { app, faults, library, read, SHA256, said, sbom, spdx2 } from './spdx-documents.ts';

const checksum = (algorithm: string, checksumValue: string) => ({ algorithm, checksumValue });
const relationship = (spdxElementId: string, relationshipType: string, relatedSpdxElement: string) => ({
  spdxElementId,
  relationshipType,
  relatedSpdxElement,
});

describe('an SPDX 2 JSON document', () => {
  it('is an SBOM with every package for a component but the one that it describes', async () => {
    const reading = await read(spdx2());
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'sbom',
      format: 'spdx-json',
      version: '2.3',
      valid: true,
      tool: { name: 'syft', version: '1.33.0' },
      subjects: [{ name: 'payment-api', digests: { sha256: SHA256 } }],
      findings_total: 0,
    });
    expect(sbom(reading)).toEqual({
      kind: 'sbom',
      components: 1,
      with_purl: 0,
      with_version: 0,
      with_licence: 1,
      with_hash: 0,
      with_supplier: 0,
      relationships: 2,
      created: '2026-01-31T10:05:00Z',
      author: 'Acme',
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
        unique_identifier: true,
        dependency_relationship: true,
        author: true,
        timestamp: true,
      },
      licences: { MIT: 1 },
    });
  });

  it('is read within `sbom`, as GitHub gives it out, with places that begin there', async () => {
    const reading = await read({ sbom: spdx2({ name: 7 }) });
    expect(reading).toMatchObject({ format: 'spdx-json', version: '2.3' });
    expect(sbom(reading).components).toBe(1);
    expect(faults(reading)).toEqual(['schema /sbom/name: must be string']);
  });

  it('states a version that is named even where it is not known, and is read all the same', async () => {
    for (const [spdxVersion, version] of [
      ['SPDX-9.9', '9.9'],
      ['SPDX-2.2.1', '2.2.1'],
      [2, '2'],
      ['something', null],
      [null, null],
    ]) {
      const reading = await read(spdx2({ spdxVersion }));
      expect(reading).toMatchObject({ state: 'read', format: 'spdx-json', version, valid: false });
      expect(said(reading)).toEqual(['error unknown_version /spdxVersion']);
      expect(sbom(reading)).toMatchObject({ components: 1, disqualified: 'unknown_version' });
    }
  });

  it('is none where it states a version and has nothing that only a document has', async () => {
    expect(await read({ spdxVersion: 'SPDX-2.3', packageCount: 3 })).toMatchObject({ state: 'opaque', kind: 'opaque' });
  });

  it('is unreadable where a field that facts are taken from occurs twice', async () => {
    const text = JSON.stringify(spdx2()).replace('"checksumValue"', '"checksumValue":"00","checksumValue"');
    const reading = await read(text);
    expect(reading).toMatchObject({ state: 'unreadable', valid: false });
    expect(said(reading)).toEqual(['error duplicate_key null']);
  });
});

describe('what an SPDX 2 document describes', () => {
  it('may be said in documentDescribes, by DESCRIBES and by DESCRIBED_BY, and is named once', async () => {
    const relationships = [
      relationship('SPDXRef-lib', 'DESCRIBED_BY', 'SPDXRef-DOCUMENT'),
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-app'),
    ];
    const reading = await read(spdx2({ documentDescribes: ['SPDXRef-app'], relationships }));
    expect(reading.subjects.map(({ name }) => name)).toEqual(['payment-api', 'left-pad']);
    expect(said(reading)).toEqual([]);
  });

  it('is no single subject where it is several packages: each of them is a component', async () => {
    const other = { ...library, SPDXID: 'SPDXRef-other' };
    for (const documentDescribes of [
      ['SPDXRef-app', 'SPDXRef-lib'],
      ['SPDXRef-app', 'SPDXRef-lib', 'SPDXRef-other'],
    ]) {
      const reading = await read(spdx2({ packages: [app, library, other], documentDescribes }));
      expect(sbom(reading)).toMatchObject({ components: 3, subject: null });
    }
  });

  it('is no component where it is listed again under another id, by its package URL', async () => {
    const again = { ...app, SPDXID: 'SPDXRef-again' };
    expect(sbom(await read(spdx2({ packages: [app, again] }))).components).toBe(0);
    expect(sbom(await read(spdx2({ packages: [app, { ...again, externalRefs: [] }] }))).components).toBe(1);
  });

  it('is its only package beside files too, though the document has to say so', async () => {
    const files = [{ SPDXID: 'SPDXRef-f', fileName: './a.c', checksums: [checksum('SHA1', '0'.repeat(40))] }];
    const reading = await read(spdx2({ packages: [app], files, relationships: [] }));
    expect(sbom(reading)).toMatchObject({ components: 0, subject: { name: 'payment-api' } });
    expect(said(reading)).toEqual(['warning nothing_described ']);
  });

  it('is the package rather than the file where it is both', async () => {
    const files = [{ SPDXID: 'SPDXRef-f', fileName: './a.c', checksums: [checksum('SHA1', '0'.repeat(40))] }];
    const reading = await read(spdx2({ files, documentDescribes: ['SPDXRef-f', 'SPDXRef-app'] }));
    expect(reading.subjects.map(({ name }) => name)).toEqual(['./a.c', 'payment-api']);
    expect(sbom(reading).subject?.name).toBe('payment-api');
  });

  it('is its only package where it does not say, and nothing where there are several', async () => {
    expect((await read(spdx2({ packages: [app], relationships: [] }))).subjects).toHaveLength(1);
    const reading = await read(spdx2({ relationships: [] }));
    expect(reading.subjects).toEqual([]);
    expect(sbom(reading).subject).toBeNull();
    expect(said(reading)).toEqual(['warning nothing_described ']);
  });

  it('is an error where no element is of that name', async () => {
    const reading = await read(spdx2({ documentDescribes: ['SPDXRef-gone'], relationships: [] }));
    expect(said(reading)).toEqual(['error dangling_relationship /documentDescribes']);
    expect(sbom(reading).subject).toBeNull();
  });

  it('has its digests in as many algorithms as it states, as it writes them', async () => {
    const checksums = [
      checksum('SHA1', 'ABCDEF'),
      checksum('SHA-256', 'AA'),
      checksum('SHA256', 'bb'),
      checksum('BLAKE2b-256', 'cc'),
      checksum('__proto__', 'dd'),
    ];
    const { subjects } = await read(spdx2({ packages: [{ ...app, checksums }, library] }));
    const digests = [
      ['sha1', 'ABCDEF'],
      ['sha256', 'AA'],
      ['blake2b-256', 'cc'],
    ];
    expect(Object.entries(subjects[0]?.digests ?? {})).toEqual(digests);
  });

  it('has the digest in the package URL of an image, cut off or not, where it states no other', async () => {
    const locator = (sha: string) => [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'http://spdx.org/rdf/references/purl',
        referenceLocator: `pkg:oci/payment-api@sha256%3A${sha}?arch=amd64`,
      },
    ];
    const image = { ...app, checksums: [], externalRefs: locator(SHA256) };
    expect((await read(spdx2({ packages: [image, library] }))).subjects[0]?.digests).toEqual({ sha256: SHA256 });
    const short = { ...image, externalRefs: locator('abc') };
    expect((await read(spdx2({ packages: [short, library] }))).subjects[0]?.digests).toEqual({ sha256: 'abc' });
  });
});

describe('what an SPDX 2 document leaves open', () => {
  const other = (changes: object) => spdx2({ packages: [app, { ...library, ...changes }] });

  it.each(['NOASSERTION', 'NONE', 'NoAssertion', 'none', ' ', '\u200b'])(
    'is not known where it is "%s"',
    async (word) => {
      const externalRefs = [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: word }];
      const empty = { versionInfo: word, licenseConcluded: word, licenseDeclared: word, supplier: word, externalRefs };
      for (const originator of [word, `Organization: ${word}`, `Person: ${word} ()`]) {
        const { components, with_purl, with_version, with_licence, with_supplier, licences } = sbom(
          await read(other({ ...empty, originator, checksums: [checksum('SHA256', word)] })),
        );
        expect([components, with_purl, with_version, with_licence, with_supplier, licences]).toEqual([
          1,
          0,
          0,
          0,
          0,
          {},
        ]);
      }
      const creators = [`Tool: ${word}`, `Person: ${word}`, `Organization: ${word} ()`];
      const reading = await read(spdx2({ creationInfo: { created: word, creators } }));
      expect(reading.tool).toBeNull();
      expect(sbom(reading)).toMatchObject({ created: null, author: null, ntia: { author: false, timestamp: false } });
    },
  );

  it('is its author where only a tool made it', async () => {
    const of = async (...creators: unknown[]) =>
      sbom(await read(spdx2({ creationInfo: { created: '2026-01-31T10:05:00Z', creators } })));
    expect(await of('Tool: syft-1.33.0')).toMatchObject({ author: null, ntia: { author: false } });
    expect(await of('Tool: syft-1.33.0', 'Person: Jane Doe (jane@acme.example)')).toMatchObject({
      author: 'Jane Doe (jane@acme.example)',
      ntia: { author: true },
    });
    expect((await of('Organization: Acme ()')).author).toBe('Acme');
    expect((await of('Acme', { Person: 'Jane' })).author).toBeNull();
  });

  it.each([
    ['SPDXRef-app', 'DEPENDS_ON', 'NOASSERTION', false],
    ['SPDXRef-app', 'DEPENDS_ON', 'NONE', false],
    ['SPDXRef-app', 'CONTAINS', 'NOASSERTION', false],
    ['SPDXRef-app', 'DEPENDS_ON', 'SPDXRef-gone', false],
    ['SPDXRef-app', 'DEPENDS_ON', 'SPDXRef-app', false],
    ['SPDXRef-app', 'DEPENDS_ON', 'SPDXRef-lib', true],
    ['SPDXRef-lib', 'DEPENDENCY_OF', 'DocumentRef-x:SPDXRef-y', true],
  ] as const)('is what depends on what where it says %s %s %s', async (from, type, to, depends) => {
    const relationships = [relationship('SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-app'), relationship(from, type, to)];
    const facts = sbom(await read(spdx2({ relationships })));
    expect(facts.ntia.dependency_relationship).toBe(depends);
    expect(facts.relationships).toBe(2);
  });

  it('is the only component where none has a name, so that it earns nothing', async () => {
    for (const name of [undefined, '', ' ', '\u200b', 'NOASSERTION', 7])
      expect(sbom(await read(other({ name })))).toMatchObject({ components: 1, disqualified: 'nothing_named' });
    const reading = await read(
      spdx2({ packages: [app, { ...library, name: '' }, { ...library, SPDXID: 'SPDXRef-b' }] }),
    );
    expect(sbom(reading)).toMatchObject({ components: 2 });
    expect(sbom(reading)).not.toHaveProperty('disqualified');
  });
});

describe('the files of an SPDX 2 package that were not analyzed', () => {
  const files = [{ SPDXID: 'SPDXRef-f', fileName: './a.c', checksums: [checksum('SHA1', '0'.repeat(40))] }];
  const unanalyzed = { ...library, filesAnalyzed: false };
  const describes = relationship('SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-app');

  it.each([
    ['by CONTAINS', {}, relationship('SPDXRef-lib', 'CONTAINS', 'SPDXRef-f')],
    ['by CONTAINED_BY', {}, relationship('SPDXRef-f', 'CONTAINED_BY', 'SPDXRef-lib')],
    ['by hasFiles', { hasFiles: ['SPDXRef-f'] }, describes],
  ])('are not listed all the same %s', async (_how, changes, one) => {
    const packages = [app, { ...unanalyzed, ...changes }];
    const reading = await read(spdx2({ packages, files, relationships: [describes, one] }));
    expect(said(reading)).toEqual(['warning unanalyzed_files /packages/1/filesAnalyzed']);
  });

  it('may be those of another package, and the package may hold another package', async () => {
    const relationships = [
      describes,
      relationship('SPDXRef-app', 'CONTAINS', 'SPDXRef-f'),
      relationship('SPDXRef-lib', 'CONTAINS', 'SPDXRef-app'),
    ];
    expect(said(await read(spdx2({ packages: [app, unanalyzed], files, relationships })))).toEqual([]);
  });
});

describe('an SPDX 2 document that breaks its schema', () => {
  it('is read, with a finding for every fault', async () => {
    const reading = await read(
      spdx2({
        $schema: 'x',
        dataLicense: undefined,
        creationInfo: { created: '2026-01-31T10:05:00Z', creators: [{ Person: 'Harry' }] },
        packages: [null, { ...app, files: [] }, { SPDXID: 'SPDXRef-lib', name: 'x', primaryPackagePurpose: 'THING' }],
        relationships: [relationship('SPDXRef-DOCUMENT', 'DESCRIBE', 'SPDXRef-app')],
      }),
    );
    expect(faults(reading).sort()).toEqual([
      'schema /creationInfo/creators/0: must be string',
      'schema /packages/0: must be object',
      'schema /packages/1: must NOT have additional properties (files)',
      'schema /packages/2/primaryPackagePurpose: must be one of the allowed values, not "THING"',
      "schema /packages/2: must have required property 'downloadLocation'",
      'schema /relationships/0/relationshipType: must be one of the allowed values, not "DESCRIBE"',
      'schema : must NOT have additional properties ($schema)',
      "schema : must have required property 'dataLicense'",
    ]);
    expect(sbom(reading).components).toBe(2);
  });

  it('of 2.2 is asked for what 2.3 made optional', async () => {
    const reading = await read(spdx2({ spdxVersion: 'SPDX-2.2', documentNamespace: undefined, packages: [app] }));
    expect(faults(reading)).toEqual([
      "schema : must have required property 'documentNamespace'",
      "schema /packages/0: must have required property 'copyrightText'",
      'dangling_relationship /relationships/1/relatedSpdxElement: There is no element "SPDXRef-lib"',
    ]);
  });

  it('may spell categories with an underscore, as 2.2 did and 2.3.1 does', async () => {
    const externalRefs = [{ ...app.externalRefs[0], referenceCategory: 'PACKAGE_MANAGER' }];
    expect(said(await read(spdx2({ packages: [{ ...app, externalRefs }, library] })))).toEqual([]);
  });

  it('counts no components in silence where its packages are no list', async () => {
    const reading = await read(spdx2({ packages: { a: app } }));
    expect(sbom(reading).components).toBe(0);
    expect(faults(reading)).toContain('schema /packages: must be array');
    expect(said(reading)).toContain('warning no_packages /packages');
  });

  it('never fails the reader, whatever the types of its values', async () => {
    const odd = [null, 0, true, '', 'x', [], [[]], [null, 1, 'x'], {}, { SPDXID: 1 }, [{ __proto__: null }]];
    const names = [...Object.keys(spdx2()), 'files', 'snippets', 'documentDescribes', 'hasExtractedLicensingInfos'];
    for (const name of names.filter((one) => one !== 'spdxVersion')) {
      for (const value of odd) {
        const reading = await read(spdx2({ [name]: value }));
        expect(reading.format, `${name} ${JSON.stringify(value)}`).toBe('spdx-json');
        expect(reading.findings.map(({ code }) => code)).not.toContain('reader_failed');
      }
    }
    for (const name of Object.keys(app)) {
      for (const value of odd) {
        const reading = await read(spdx2({ packages: [{ ...app, [name]: value }, library] }));
        expect(sbom(reading).components, `${name} ${JSON.stringify(value)}`).toBe(name === 'SPDXID' ? 2 : 1);
      }
    }
  });
});

describe('an SPDX 2 document that means what cannot be', () => {
  it('is warned of in JSON, whose schema does not say so', async () => {
    const reading = await read(
      spdx2({
        dataLicense: 'MIT',
        SPDXID: 'SPDXRef-doc',
        creationInfo: { created: 'yesterday', creators: ['Tool: x'] },
        packages: [
          app,
          { ...library, SPDXID: 'SPDXRef-app' },
          { ...library, SPDXID: 'lib_1' },
          { ...app, SPDXID: 'SPDXRef-2', externalRefs: [{ ...app.externalRefs[0], referenceLocator: 'left-pad' }] },
        ],
        files: [{ SPDXID: 'SPDXRef-f', fileName: '/etc/passwd', checksums: [checksum('SHA1', 'aa')] }],
        relationships: [],
      }),
    );
    expect(reading.valid).toBe(true);
    expect(said(reading)).toEqual([
      'warning bad_created /creationInfo/created',
      'warning bad_data_licence /dataLicense',
      'warning bad_spdx_id /SPDXID',
      'warning duplicate_spdx_id /packages/1/SPDXID',
      'warning bad_spdx_id /packages/2/SPDXID',
      'warning nothing_described ',
      'warning absolute_file_name /files/0/fileName',
      'warning bad_purl /packages/3/externalRefs/0/referenceLocator',
    ]);
  });

  it('is an error where a relationship leads nowhere, but not where it leads to another document or says none', async () => {
    const describes = relationship('SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-app');
    const away = ['NONE', 'NOASSERTION', 'DocumentRef-other:SPDXRef-x'].map((to) =>
      relationship('SPDXRef-app', 'DEPENDS_ON', to),
    );
    expect(said(await read(spdx2({ relationships: [describes, ...away] })))).toEqual([]);
    const gone = relationship('SPDXRef-gone', 'DEPENDS_ON', 'SPDXRef-app');
    const reading = await read(spdx2({ relationships: [describes, gone] }));
    expect(said(reading)).toEqual(['error dangling_relationship /relationships/1/spdxElementId']);
  });

  it('warns of a document of files and no packages, which is not an empty one', async () => {
    const files = [{ SPDXID: 'SPDXRef-f', fileName: './a', checksums: [checksum('SHA1', 'aa')] }];
    const documentDescribes = ['SPDXRef-f'];
    const reading = await read(spdx2({ packages: undefined, files, documentDescribes, relationships: [] }));
    expect(reading.findings).toEqual([
      {
        code: 'no_packages',
        severity: 'warning',
        message: 'It lists no packages, and 1 files',
        pointer: '/packages',
      },
    ]);
    expect(sbom(reading).ntia).toMatchObject({ component_name: false, unique_identifier: false });
    expect(reading.subjects).toEqual([{ name: './a', digests: { sha1: 'aa' } }]);
  });

  it('takes cycles for what they are', async () => {
    const cycle = [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-app'),
      relationship('SPDXRef-app', 'CONTAINS', 'SPDXRef-app'),
      relationship('SPDXRef-app', 'DEPENDS_ON', 'SPDXRef-lib'),
      relationship('SPDXRef-lib', 'DEPENDS_ON', 'SPDXRef-app'),
    ];
    expect(sbom(await read(spdx2({ relationships: cycle }))).relationships).toBe(4);
  });
});
