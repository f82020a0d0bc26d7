import { describe, expect, it } from 'vitest';
import { faults, read, SHA256, said, sbom } from './spdx-documents.ts';

const artifact = (name: string, more: object = {}) => ({
  id: name,
  name,
  version: '1.0.0',
  type: 'npm',
  foundBy: 'javascript-lock-cataloger',
  locations: [{ path: '/package-lock.json' }],
  licenses: [],
  language: 'javascript',
  cpes: [],
  purl: `pkg:npm/${name}@1.0.0`,
  ...more,
});
const CONFIG = 'a'.repeat(64);
const LIST = 'b'.repeat(64);
const image = {
  name: 'acme/payment-api',
  version: '2.4.1',
  type: 'image',
  metadata: {
    userInput: 'acme/payment-api:2.4.1',
    imageID: `sha256:${CONFIG}`,
    manifestDigest: `sha256:${SHA256}`,
    repoDigests: [`registry.example:5000/acme/payment-api@sha256:${LIST}`, `x@sha256:${SHA256}`],
  },
};
const syft = (changes: object = {}) => ({
  artifacts: [
    artifact('a', { licenses: ['MIT', 'MIT'], metadata: { author: 'Ann', integrity: 'sha512-x' } }),
    artifact('b', { licenses: [{ value: 'Apache 2', spdxExpression: 'Apache-2.0' }, { value: 'Custom' }], purl: '' }),
  ],
  artifactRelationships: [{ parent: 'a', child: 'b', type: 'dependency-of' }],
  source: image,
  distro: {},
  descriptor: { name: 'syft', version: '1.33.0' },
  schema: {
    version: '16.0.36',
    url: 'https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.36.json',
  },
  ...changes,
});

describe('a Syft JSON document', () => {
  it('is an SBOM with its artifacts for components and a subject for every digest of its image', async () => {
    const reading = await read(syft());
    expect(said(reading)).toEqual([]);
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'sbom',
      format: 'syft-json',
      version: '16.0.36',
      tool: { name: 'syft', version: '1.33.0' },
      subjects: [SHA256, CONFIG, LIST].map((sha256) => ({ name: 'acme/payment-api', digests: { sha256 } })),
    });
    expect(sbom(reading)).toMatchObject({
      components: 2,
      with_purl: 1,
      with_version: 2,
      with_licence: 2,
      with_hash: 1,
      with_supplier: 1,
      relationships: 1,
      created: null,
      subject: { name: 'acme/payment-api', version: '2.4.1', digests: { sha256: SHA256 } },
      ntia: { unique_identifier: false, dependency_relationship: true, author: false, timestamp: false },
      licences: { MIT: 1, 'Apache-2.0': 1, Custom: 1 },
    });
  });

  it('may have its source as the versions before 6 had it', async () => {
    const old = await read(syft({ source: { type: 'image', target: image.metadata }, schema: { version: '1.1.0' } }));
    expect(old.subjects[0]).toEqual({ name: 'acme/payment-api:2.4.1', digests: { sha256: SHA256 } });
    const directory = await read(syft({ source: { type: 'directory', target: './src' } }));
    expect(directory.subjects).toEqual([{ name: './src', digests: {} }]);
  });

  it('has the digests of the file that it looked into', async () => {
    const metadata = {
      path: 'app.jar',
      digests: [{ algorithm: 'sha256', value: SHA256 }, { algorithm: 'sha1' }, null],
    };
    const reading = await read(syft({ source: { name: 'app.jar', type: 'file', metadata } }));
    expect(reading.subjects).toEqual([{ name: 'app.jar', digests: { sha256: SHA256 } }]);
  });

  it('keeps a digest that was cut off, or it would seem to state none', async () => {
    const metadata = { userInput: 'app', repoDigests: ['r.example/app@sha256:abc', 'r.example:5000/app'] };
    const reading = await read(syft({ source: { name: 'app', type: 'image', metadata } }));
    expect(reading.subjects).toEqual([{ name: 'app', digests: { sha256: 'abc' } }]);
  });

  it('breaks its schema where an artifact lacks what all versions ask for', async () => {
    const { foundBy: _, ...incomplete } = artifact('a');
    const reading = await read(syft({ artifacts: [incomplete, null], distro: undefined }));
    expect(faults(reading)).toEqual([
      "schema : must have required property 'distro'",
      "schema /artifacts/0: must have required property 'foundBy'",
      'schema /artifacts/1: must be object',
    ]);
    expect(sbom(reading).components).toBe(1);
  });

  it('is named where its version is not known, and warned of where it states none', async () => {
    for (const version of ['17.0.0', '0.1.0', '9999.0.0', 'latest', '16', '-1.0.0']) {
      const reading = await read(syft({ schema: { version } }));
      expect(reading).toMatchObject({ state: 'read', format: 'syft-json', version, valid: false });
      expect(said(reading)).toEqual(['error unknown_version /schema/version']);
      expect(sbom(reading).disqualified).toBe('unknown_version');
    }
    const reading = await read(syft({ schema: undefined }));
    expect(reading).toMatchObject({ version: null, valid: true });
    expect(said(reading)).toEqual(['warning no_version /schema/version']);
    expect(sbom(reading)).not.toHaveProperty('disqualified');
  });

  it('takes NOASSERTION and NONE for nothing, wherever they stand', async () => {
    const nothing = {
      version: 'NOASSERTION',
      licenses: ['NONE', { value: '', spdxExpression: 'NOASSERTION' }],
      purl: 'NONE',
    };
    const one = artifact('a', {
      ...nothing,
      metadata: { author: 'NOASSERTION', authors: ['none', ''], digest: 'NONE' },
    });
    const reading = await read(syft({ artifacts: [one], descriptor: { name: 'syft', version: 'NOASSERTION' } }));
    expect(said(reading)).toEqual([]);
    expect(reading.tool).toEqual({ name: 'syft', version: null });
    expect(sbom(reading)).toMatchObject({
      components: 1,
      with_purl: 0,
      with_version: 0,
      with_licence: 0,
      with_hash: 0,
      with_supplier: 0,
      licences: {},
    });
  });

  it('warns of what is no package URL and does not count it', async () => {
    const artifacts = [artifact('a', { purl: 'pkg:npm/%40acme/a@1' }), artifact('b', { purl: 'a-purl-1' })];
    const reading = await read(syft({ artifacts }));
    expect(said(reading)).toEqual(['warning bad_purl /artifacts/1/purl']);
    expect(sbom(reading).with_purl).toBe(1);
  });

  it('earns nothing where no artifact has a name', async () => {
    const reading = await read(syft({ artifacts: [artifact(''), artifact(' ')] }));
    expect(sbom(reading)).toMatchObject({ components: 2, disqualified: 'nothing_named' });
  });

  it.each([
    [{ parent: 'a', child: 'b', type: 'dependency-of' }, true],
    [{ parent: 'a', child: 'a', type: 'dependency-of' }, false],
    [{ parent: 'a', child: 'NOASSERTION', type: 'dependency-of' }, false],
    [{ type: 'dependency-of' }, false],
    [{ parent: 'a', child: 'b', type: 'contains' }, false],
  ])('says what depends on what with %o: %s', async (one, depends) => {
    expect(sbom(await read(syft({ artifactRelationships: [one] }))).ntia.dependency_relationship).toBe(depends);
  });

  it('is none without artifacts, or where another tool says that it made it', async () => {
    expect((await read(syft({ artifacts: undefined }))).kind).toBe('opaque');
    expect((await read(syft({ descriptor: { name: 'other' }, schema: undefined }))).kind).toBe('opaque');
  });

  it('counts no components in silence where its artifacts are no list', async () => {
    const reading = await read(syft({ artifacts: { a: artifact('a') } }));
    expect(said(reading)).toEqual(['error schema /artifacts', 'warning no_packages /artifacts']);
  });

  it('never fails the reader, whatever the types of its values', async () => {
    const odd = [null, 0, '', 'x', [], [[]], {}, [null, 1, 'x', {}], 'sha256:', { name: [] }];
    for (const value of odd) {
      for (const name of ['artifactRelationships', 'source', 'distro', 'schema']) {
        const reading = await read(syft({ [name]: value }));
        expect(
          reading.findings.map(({ code }) => code),
          name,
        ).not.toContain('reader_failed');
      }
      for (const name of [...Object.keys(artifact('a')), 'metadata']) {
        const reading = await read(syft({ artifacts: [artifact('a', { [name]: value })] }));
        expect(sbom(reading).components, name).toBe(1);
      }
      for (const name of Object.keys(image.metadata)) {
        const reading = await read(syft({ source: { ...image, metadata: { ...image.metadata, [name]: value } } }));
        expect(reading.state, name).toBe('read');
      }
    }
  });
});
