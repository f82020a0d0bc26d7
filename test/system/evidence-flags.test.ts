// Which documents earn a flag, from their bytes on.
import { describe, expect, it } from 'vitest';
import { earnedFlag } from '../../src/domain/gate/document-flag.ts';
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
    'packages of SPDX': (entry) => ({
      spdxVersion: 'SPDX-2.3',
      documentDescribes: ['SPDXRef-app'],
      packages: [{ SPDXID: 'SPDXRef-app', name: 'app' }, entry],
    }),
    'packages of SPDX beside its only one': (entry) => ({
      spdxVersion: 'SPDX-2.3',
      packages: [{ name: 'app' }, entry],
    }),
    'packages of Syft': (entry) => ({ descriptor: { name: 'syft' }, artifacts: [entry] }),
    'statements of OpenVEX': (entry) => ({ '@context': 'https://openvex.dev/ns/v0.2.0', statements: [entry] }),
    'vulnerabilities of CSAF': (entry) => ({
      document: { csaf_version: '2.0', category: 'csaf_vex' },
      vulnerabilities: [entry],
    }),
    'checks of Scorecard': (entry) => ({ scorecard: {}, checks: [entry] }),
  };

  // What each of them must name to be worth its name, all at once.
  const named = { name: 'a', id: 'A', cve: 'CVE-2026-1', vulnerability: { name: 'CVE-2026-1' }, score: 10 };

  it.each(Object.keys(holders))(
    'null, numbers, texts or lists for %s earns no flag, and an object with a name does',
    async (name) => {
      const holder = holders[name] as (entry: unknown) => object;
      for (const entry of [null, 1, 'text', [], [{}]]) expect(await flagOf(holder(entry)), `${entry}`).toBeNull();
      expect(await flagOf(holder(named))).not.toBeNull();
    },
  );

  it.each(['components of CycloneDX', 'vulnerabilities of CycloneDX', 'packages of SPDX', 'packages of Syft'])(
    'objects without a name for %s earns no flag',
    async (name) => {
      const holder = holders[name] as (entry: unknown) => object;
      for (const entry of [{}, { id: '', name: '' }, { id: ' ', name: '\u200b' }, { id: 7, name: ['a'] }])
        expect(await flagOf(holder(entry)), JSON.stringify(entry)).toBeNull();
    },
  );

  it.each(Object.keys(holders).filter((name) => /OpenVEX|CSAF|Scorecard/.test(name)))(
    'empty objects for %s earns no flag',
    async (name) => expect(await flagOf((holders[name] as (entry: unknown) => object)({}))).toBeNull(),
  );

  it('elements of another namespace earns no flag, though the schema of CycloneDX lets them stand', async () => {
    const other = '<x:components xmlns:x="urn:x"><x:component><x:name>a</x:name></x:component></x:components>';
    const inOwn = '<components><x:component xmlns:x="urn:x"/></components>';
    const own = '<components><component type="library"><name>a</name></component></components>';
    expect(await flagOf(`<bom xmlns="${CDX_XML}">${other}</bom>`)).toBeNull();
    expect(await flagOf(`<bom xmlns="${CDX_XML}">${inOwn}</bom>`)).toBeNull();
    expect(await flagOf(`<bom xmlns="${CDX_XML}">${other}${own}</bom>`)).toBe('sbom_present');
  });
});
