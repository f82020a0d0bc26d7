import { describe, expect, it } from 'vitest';
import type { FactsOf } from '../../../../src/domain/evidence/evidence-facts.ts';
import { readDocument } from '../../../../src/evidence/read.ts';
import type { Reading } from '../../../../src/evidence/reading.ts';
import { handedOver } from '../attestation/attested.ts';

const SHA256 = 'ABcd'.repeat(16);

const read = (text: string) => readDocument(Buffer.from(text));
const sbomOf = ({ facts }: Reading) => facts as FactsOf<'sbom'>;
const codesOf = ({ findings }: Reading) => findings.map(({ code, severity, pointer }) => [code, severity, pointer]);

const bom = (inner: string, version = '1.6') =>
  `<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/${version}" version="1">\n${inner}\n</bom>`;
const library = (name: string, more = '', attributes = '') =>
  `<component type="library" ${attributes}><name>${name}</name>${more}</component>`;

const FULL = bom(`
  <metadata>
    <timestamp>2026-01-31T10:05:00Z</timestamp>
    <tools><tool><vendor>anchore</vendor><name>syft</name><version>1.33.0</version></tool></tools>
    ${library('payment-api', `<version>2.4.1</version><hashes><hash alg="SHA-256">${SHA256}</hash></hashes>`, 'bom-ref="root"')}
  </metadata>
  <components>
    <component type="library" bom-ref="a">
      <supplier><name>Acme</name></supplier>
      <name>a</name><version>1</version>
      <hashes><hash alg="MD5">${'a'.repeat(32)}</hash></hashes>
      <licenses><license><id>MIT</id></license><license><name>Own</name></license></licenses>
      <purl>pkg:npm/a@1</purl>
      <components>${library('b', '<version>2</version><cpe>cpe:/a:b:b:2</cpe>', 'bom-ref="b"')}</components>
    </component>
    ${library('c', '<licenses><expression>MIT OR Apache-2.0</expression></licenses>')}
  </components>
  <dependencies>
    <dependency ref="root"><dependency ref="a"/><dependency ref="b"/></dependency>
    <dependency ref="a"><dependency ref="b"/></dependency>
  </dependencies>`);

describe('CycloneDX XML', () => {
  it('is counted, nested components too, neither the subject nor tools', async () => {
    const reading = await read(FULL);
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'sbom',
      format: 'cyclonedx-xml',
      version: '1.6',
      findings: [],
      valid: true,
      tool: { name: 'syft', version: '1.33.0' },
    });
    expect(reading.facts).toEqual({
      kind: 'sbom',
      components: 3,
      with_purl: 1,
      with_version: 2,
      with_licence: 2,
      with_hash: 1,
      with_supplier: 1,
      relationships: 3,
      created: '2026-01-31T10:05:00Z',
      author: null,
      subject: { name: 'payment-api', version: '2.4.1', purl: null, digests: { sha256: SHA256 } },
      ntia: {
        supplier_name: false,
        component_name: true,
        version: false,
        unique_identifier: false,
        dependency_relationship: true,
        author: false,
        timestamp: true,
      },
      licences: { MIT: 1, Own: 1, 'MIT OR Apache-2.0': 1 },
    });
    expect(reading.subjects).toEqual([{ name: 'payment-api', digests: { sha256: SHA256 } }]);
  });

  it.each(['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7'])(
    'of version %s is held to its schema',
    async (version) => {
      const more = version < '1.4' ? '<version>1</version>' : '';
      const component = library('a', version === '1.0' ? `${more}<modified>false</modified>` : more);
      expect(await read(bom(`<components>${component}</components>`, version))).toMatchObject({ version, valid: true });
      const reading = await read(
        bom('<components>\n<component type="library"><nom>a</nom></component></components>', version),
      );
      expect(codesOf(reading)).toContainEqual(['schema', 'error', 'line 4']);
    },
  );

  it('has faults told without namespaces and without every licence there is', async () => {
    const reading = await read(
      bom(`<components>${library('a', '<licenses><license><id>None</id></license></licenses>')}</components>`),
    );
    expect(reading.findings).toEqual([
      {
        code: 'schema',
        severity: 'error',
        message: "Element 'id': [facet 'enumeration'] The value 'None' is not one of the allowed values",
        pointer: 'line 3',
      },
    ]);
  });

  it('earns nothing where no component has a name', async () => {
    for (const name of ['', ' ', 'NOASSERTION', '\u200b']) {
      const reading = await read(bom(`<components>${library(name)}<component type="library"/></components>`));
      expect(sbomOf(reading)).toMatchObject({ components: 2, disqualified: 'nothing_named' });
    }
    const vex = await read(bom('<vulnerabilities><vulnerability/></vulnerabilities>'));
    expect(vex.facts).toMatchObject({ kind: 'vex', statements: 1, disqualified: 'nothing_named' });
  });

  it('does not count its subject where it is listed again', async () => {
    const subject = library('app', '<purl>pkg:npm/app@1</purl>', 'bom-ref="root"');
    const again = library('app', '<purl>pkg:npm/app@1</purl>');
    const reading = await read(bom(`<metadata>${subject}</metadata><components>${again}</components>`));
    expect(sbomOf(reading)).toMatchObject({ components: 0, with_purl: 0 });
  });

  it.each(['NOASSERTION', 'NONE', 'none'])('takes %s for nothing, wherever it stands', async (word) => {
    const name = `<name>${word}</name>`;
    const reading = await read(
      bom(`<metadata><timestamp>${word}</timestamp><tools><tool>${name}</tool></tools>
        <authors><author>${name}</author></authors><manufacturer>${name}</manufacturer></metadata>
      <components><component type="library"><supplier>${name}</supplier><publisher>${word}</publisher>
        <name>a</name><version>${word}</version><hashes><hash alg="MD5">${word}</hash></hashes>
        <licenses><license>${name}</license><expression>${word}</expression></licenses>
        <cpe>${word}</cpe><purl>${word}</purl></component></components>`),
    );
    expect(reading.tool).toBeNull();
    expect(sbomOf(reading)).toMatchObject({
      ...{ components: 1, with_purl: 0, with_version: 0, with_licence: 0, with_hash: 0, with_supplier: 0 },
      ...{ created: null, author: null, licences: {}, ntia: { unique_identifier: false } },
    });
  });

  it('warns of what is no package URL and does not count it', async () => {
    const purls = ['not-a-purl', 'pkg:npm/@acme/x@1', 'pkg:npm/%40acme/x@1'];
    const components = purls.map((purl) => library('a', `<purl>${purl}</purl>`)).join('');
    const reading = await read(bom(`<components>${components}</components>`));
    expect(codesOf(reading)).toEqual([['bad_purl', 'warning', null]]);
    expect(sbomOf(reading).with_purl).toBe(2);
  });

  it('of 1.7 has an expression with details for a licence', async () => {
    const detailed =
      '<expression-detailed expression="MIT OR GPL-2.0-only"><details license-identifier="MIT"/></expression-detailed>';
    const reading = await read(
      bom(`<components>${library('a', `<licenses>${detailed}</licenses>`)}</components>`, '1.7'),
    );
    expect(reading.valid).toBe(true);
    expect(sbomOf(reading)).toMatchObject({ with_licence: 1, licences: { 'MIT OR GPL-2.0-only': 1 } });
  });

  it.each(['12', '1.8', '1.6/more'])('of version %s, which is unknown, is read and named', async (version) => {
    const reading = await read(bom(`<components>${library('a')}</components>`, version));
    expect(reading).toMatchObject({ state: 'read', kind: 'sbom', format: 'cyclonedx-xml', version, valid: false });
    expect(codesOf(reading)).toEqual([['unknown_version', 'error', '/bom']]);
    expect(sbomOf(reading)).toMatchObject({ components: 1, disqualified: 'unknown_version' });
  });

  it('is recognised by its namespace, not by its prefix', async () => {
    const text = '<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.6"><c:components/></c:bom>';
    expect(await read(text)).toMatchObject({ format: 'cyclonedx-xml', version: '1.6', valid: true });
    expect((await read('<bom xmlns="http://maven.apache.org/POM/4.0.0"/>')).state).toBe('opaque');
    expect((await read('<bom/>')).state).toBe('opaque');
  });

  it('is read in any encoding, and checked as what it says', async () => {
    const text = bom(`<components>${library('Jürgen')}</components>`).replace('?>', ' encoding="ISO-8859-1"?>');
    expect(await readDocument(Buffer.from(text, 'latin1'))).toMatchObject({ valid: true, facts: { components: 1 } });
    const wide = Buffer.from(`\ufeff${text.replace('ISO-8859-1', 'UTF-16')}`, 'utf16le');
    expect(await readDocument(wide)).toMatchObject({ valid: true, facts: { components: 1 } });
  });

  it('is refused a version range of a component that is not external', async () => {
    const range = '<versionRange>vers:npm/&gt;=1</versionRange>';
    const components = [
      library('a', range, 'isExternal="true"'),
      library('b', range, 'isExternal="false"'),
      library('c', range),
    ];
    const reading = await read(bom(`<components>${components.join('')}</components>`, '1.7'));
    expect(reading.findings.map(({ code, message }) => [code, message])).toEqual([
      ['schema', "The component 'b' has a versionRange and is not external"],
      ['schema', "The component 'c' has a versionRange and is not external"],
    ]);
  });

  it('of version 1.1 has its dependencies from the extension', async () => {
    const one = (name: string) => library(name, '<version>1</version>', `bom-ref="${name}"`);
    const graph = (inner: string) =>
      bom(
        `<components>${one('a')}${one('b')}</components>
        <g:dependencies xmlns:g="http://cyclonedx.org/schema/ext/dependency-graph/1.0">${inner}</g:dependencies>`,
        '1.1',
      );
    const reading = await read(graph('<g:dependency ref="a"><g:dependency ref="b"/></g:dependency>'));
    expect([reading.valid, sbomOf(reading).relationships]).toEqual([true, 1]);
    const broken = await read(graph('<g:dependency ref="a"><g:dependency/></g:dependency>'));
    expect(codesOf(broken)).toEqual([['schema', 'error', '/bom/dependencies/dependency[1]']]);
  });

  it('is warned of references that are nothing, and refused those that are two things', async () => {
    const dependencies =
      '<dependencies><dependency ref="a"/><dependency ref="a"><dependency ref="gone"/></dependency></dependencies>';
    const components = (...refs: string[]) =>
      `<components>\n${refs.map((ref, index) => library(`c${index}`, '', `bom-ref="${ref}"`)).join('\n')}</components>`;
    expect(codesOf(await read(bom(`${components('a')}${dependencies}`)))).toEqual([
      ['dangling_ref', 'warning', '/bom/dependencies/dependency[2]'],
    ]);
    expect(codesOf(await read(bom(components('a', 'a'))))).toEqual([['schema', 'error', 'line 5']]);
  });

  it('with vulnerabilities alone is a VEX', async () => {
    const one = (state: string) =>
      `<vulnerability><id>CVE-1</id><analysis><state>${state}</state></analysis><affects><target><ref>urn:cdx:x</ref></target></affects></vulnerability>`;
    const vulnerabilities = `<vulnerabilities>${one('not_affected')}${one('in_triage')}</vulnerabilities>`;
    const reading = await read(bom(vulnerabilities, '1.5'));
    expect(reading).toMatchObject({ kind: 'vex', format: 'cyclonedx-xml', version: '1.5', valid: true });
    expect(reading.facts).toEqual({
      kind: 'vex',
      statements: 2,
      by_status: { not_affected: 1, in_triage: 1 },
      author: null,
      created: null,
    });
    expect(reading.subjects).toEqual([{ name: 'urn:cdx:x', digests: {} }]);
    expect((await read(bom(`<components>${library('a')}</components>${vulnerabilities}`))).kind).toBe('sbom');
  });

  it('is checked against nothing that it names itself', async () => {
    const hint = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x spdx.SNAPSHOT.xsd"`;
    const text = bom('<components/><x:x xmlns:x="urn:x"/>').replace(' version="1">', ` version="1" ${hint}>`);
    expect(text).toContain('schemaLocation');
    expect((await read(text)).findings).toEqual([]);
  });

  it('is refused with a document type', async () => {
    const text = bom('<components/>').replace('?>', '?><!DOCTYPE bom [<!ENTITY e SYSTEM "file:///etc/passwd">]>');
    expect(await read(text)).toMatchObject({ state: 'unreadable', findings: [{ code: 'xml-doctype' }] });
  });

  it('ends after 100 faults, and the next document is checked as ever', { tags: 'slow' }, async () => {
    const broken = library('a', '<licenses><license><id>None</id></license></licenses>');
    const [hostile, sound, faulty] = await Promise.all([
      read(bom(`<components>${broken.repeat(5_000)}</components>`)),
      read(FULL),
      read(bom('<nothing/>')),
    ]);
    expect(hostile.findings_total).toBe(101);
    expect(hostile.findings.at(-1)).toMatchObject({ code: 'schema_not_checked', severity: 'warning' });
    expect(sbomOf(hostile).components).toBe(5_000);
    expect(sound.findings).toEqual([]);
    expect(codesOf(faulty)).toEqual([['schema', 'error', 'line 3']]);
  });

  it('of more than 12 Mi characters is read, and said not to be checked', { tags: 'slow' }, async () => {
    const filler = `<!--${'x'.repeat(12 * 1024 * 1024)}-->`;
    const reading = await read(bom(`${filler}<components>${library('a')}</components>`));
    expect(codesOf(reading)).toEqual([['schema_not_checked', 'warning', null]]);
    expect(sbomOf(reading).components).toBe(1);
  });

  it('nested as deep as is read at all is checked', async () => {
    const depth = 120;
    const open = '<component type="library"><name>a</name><components>'.repeat(depth);
    const text = bom(`<components>${open}${'</components></component>'.repeat(depth)}</components>`);
    const reading = await read(text);
    expect([reading.valid, sbomOf(reading).components]).toEqual([true, depth]);
  });
});

it('tells the verifier that the document is signed, where it is, which is not verified', async () => {
  const signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>';
  const prefixed = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>';
  for (const one of [signature, prefixed])
    expect((await handedOver(bom(`<components/>${one}`))).signed).toEqual([
      { pointer: '/bom/Signature', form: 'xml_dsig' },
    ]);
  for (const none of ['', '<Signature/>', '<Signature xmlns="https://acme.example/"/>'])
    expect((await handedOver(bom(`<components/>${none}`))).signed).toEqual([]);
});
