import { describe, expect, it } from 'vitest';
import { spdx2 } from '../sbom/spdx-documents.ts';
import { codes, provenance, read } from './attested.ts';

// As BuildKit writes it where nobody has told it who it is.
const slsa02 = {
  builder: { id: '' },
  buildType: 'https://mobyproject.org/buildkit@v1',
  materials: [{ uri: 'pkg:docker/alpine@3', digest: { sha256: 'ab'.repeat(32) } }],
  invocation: { configSource: { entryPoint: 'Dockerfile' }, parameters: {}, environment: { platform: 'linux/amd64' } },
  metadata: { buildInvocationID: 'x' },
};

describe('what buildx prints of an image', () => {
  it('is the SBOM in it, of one platform', async () => {
    const plain = await read(spdx2());
    for (const document of [{ SPDX: spdx2() }, { 'linux/amd64': { SPDX: spdx2() } }]) {
      const reading = await read(document);
      expect(reading).toMatchObject({ state: 'read', kind: 'sbom', format: 'spdx-json', version: '2.3' });
      expect(reading.facts).toEqual(plain.facts);
      expect(codes(reading)).toEqual([]);
    }
  });

  it('has its findings where they lie', async () => {
    const { name: _, ...nameless } = spdx2() as Record<string, unknown>;
    const pointers = async (document: unknown) => (await read(document)).findings.map(({ pointer }) => pointer);
    const plain = await pointers(nameless);
    expect(plain.length).toBeGreaterThan(0);
    expect(await pointers({ SPDX: nameless })).toEqual(plain.map((one) => `/SPDX${one ?? ''}`));
    expect(await pointers({ 'linux/arm/v7': { SPDX: nameless } })).toEqual(
      plain.map((one) => `/linux~1arm~1v7/SPDX${one ?? ''}`),
    );
  });

  it('is the provenance in it, which is of nothing, with or without a builder', async () => {
    for (const [predicate, version] of [
      [slsa02, 'v0.2'],
      [provenance(), 'v1'],
      [provenance(''), 'v1'],
    ] as const) {
      for (const document of [{ SLSA: predicate }, { 'linux/amd64': { SLSA: predicate } }, predicate])
        expect(await read(document)).toMatchObject({
          state: 'read',
          kind: 'provenance',
          format: 'slsa-provenance-predicate',
          version,
          subjects: [],
          facts: { slsa: false },
        });
    }
  });

  it('of several platforms is refused, as none of them speaks for another', async () => {
    for (const [document, kind] of [
      [{ 'linux/amd64': { SPDX: spdx2() }, 'linux/arm64': { SPDX: spdx2() } }, 'sbom'],
      [{ 'linux/amd64': { SLSA: slsa02 }, 'linux/arm64/v8': { SLSA: provenance() } }, 'provenance'],
    ] as const) {
      const reading = await read(document);
      expect(reading).toMatchObject({ state: 'unreadable', kind, format: 'buildx-inspect', facts: null, subjects: [] });
      expect(codes(reading)).toEqual(['error several_documents']);
    }
    const windows = { 'windows(10.0.17763.1)/amd64': { SPDX: spdx2() }, 'unknown/unknown': {} };
    expect(await read(windows)).toMatchObject({ state: 'read', kind: 'sbom' });
  });

  it('leaves the SBOMs of build stages out, and says so', async () => {
    const reading = await read({ SPDX: spdx2(), AdditionalSPDXs: [spdx2()] });
    expect(reading).toMatchObject({ kind: 'sbom', facts: { components: 1 } });
    expect(codes(reading)).toEqual(['warning additional_sboms']);
  });

  it('is none of buildx where something else lies in it or beside it', async () => {
    for (const document of [
      { SPDX: {} },
      { SPDX: 'x' },
      { SLSA: spdx2() },
      { SPDX: spdx2(), SLSA: slsa02 },
      { SPDX: spdx2(), more: 1 },
      { 'linux/amd64': { SPDX: spdx2() }, more: 1 },
      { amd64: { SPDX: spdx2() } },
      { 'linux/amd64': {} },
      [{ SPDX: spdx2() }],
    ])
      expect(await read(document)).toMatchObject({ state: 'opaque' });
  });

  it('is unreadable where a platform or a field that is used occurs twice', async () => {
    const text = JSON.stringify({ 'linux/amd64': { SPDX: spdx2() } });
    for (const twice of [
      text.replace('{', '{"linux/amd64":{},'),
      text.replace('"SPDX":', '"SPDX":{},"SPDX":'),
      text.replace('"packages":', '"packages":[],"packages":'),
    ])
      expect(await read(twice)).toMatchObject({ state: 'unreadable', findings: [{ code: 'duplicate_key' }] });
  });
});
