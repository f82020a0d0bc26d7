import { describe, expect, it } from 'vitest';
import { readSchemaFile } from '../../../../src/evidence/formats/sbom/cyclonedx-schema-files.ts';
import { isOfHash, publishedXsdFile, xsdFile, xsdName } from '../../../../src/evidence/formats/sbom/cyclonedx-xsd.ts';
import { xsdFaults } from '../../../../src/evidence/formats/sbom/xsd.ts';
import { readDocument } from '../../../../src/evidence/read.ts';

const VERSIONS = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];
const LICENCES = 'spdx.SNAPSHOT.xsd';
const PUBLISHED = '([a-fA-F0-9]{32})|([a-fA-F0-9]{40})|([a-fA-F0-9]{64})|([a-fA-F0-9]{96})|([a-fA-F0-9]{128})';

const patternsOf = (xsd: string | null) =>
  [...(xsd ?? '').matchAll(/<xs:pattern value="([^"]*)"/g)].map(([, one]) => one);
const licencesOf = (xsd: string | null) =>
  [...(xsd ?? '').matchAll(/<xs:enumeration value="([^"]*)">/g)].map(([, one]) => one);

describe('the XML schemas of CycloneDX', () => {
  it.each(VERSIONS)('of version %s differ from the published one in the pattern of a hash alone', (version) => {
    const published = readSchemaFile(xsdName(version));
    const ours = xsdFile(xsdName(version), version) ?? '';
    expect(publishedXsdFile(xsdName(version), version)).toBe(published);
    const differing = patternsOf(ours).filter((one, index) => one !== patternsOf(published)[index]);
    expect(differing.length).toBeGreaterThan(0);
    expect(differing.every((one) => isOfHash(String(one)))).toBe(true);
    expect(patternsOf(ours).length).toBe(patternsOf(published).length);
  });

  it.each(['1.0', '1.6'])('of version %s take hashes of the five lengths', async (version) => {
    const digits = '0123456789abcdefABCDEF'.repeat(14);
    const hashes = Array.from({ length: 301 }, (_, length) => digits.slice(0, length)).flatMap((hash) => [
      ...[hash, `${hash.slice(1)}g`, `g${hash.slice(1)}`, `${hash.slice(0, 30)}-${hash.slice(31)}`],
      ...[` ${hash.slice(1)}`, `${hash} `, `${hash.slice(0, 20)} ${hash.slice(20)}`],
    ]);
    // The first hash is on the first line.
    const document = [
      `<bom xmlns="http://cyclonedx.org/schema/bom/${version}" version="1"><components>`,
      '<component type="library"><name>a</name><version>1</version><hashes>',
      hashes.map((hash) => `<hash alg="MD5">${hash}</hash>`).join('\n'),
      `</hashes>${version === '1.0' ? '<modified>false</modified>' : ''}</component></components></bom>`,
    ].join('');
    const name = xsdName(version);
    const faultsBy = async (key: string, readFile: (file: string) => string | null) =>
      (await xsdFaults(document, { name, key, readFile }, 10_000)).map(({ message, line }) => ({ message, line }));
    const ours = await faultsBy(`${version}, ours`, (file) => xsdFile(file, version));
    expect(ours.filter(({ message }) => !isOfHash(message))).toEqual([]);
    const taken = hashes.filter((_, index) => !ours.some(({ line }) => line === index + 1));
    expect(taken.map((hash) => hash.trim().length)).toEqual(
      [32, 40, 64, 96, 128].flatMap((size) => [size, size, size]),
    );
    // What the nested form takes, libxml2 takes by the published one, and more.
    const published = await faultsBy(`${version}, published`, (file) => publishedXsdFile(file, version));
    const lines = new Set(ours.map(({ line }) => line));
    expect(published.filter(({ line }) => !lines.has(line))).toEqual([]);
    expect(published.length).toBeGreaterThan(1_900);
  });

  it('list the licences of the published one, the common ones first', () => {
    const [ours, published] = [xsdFile(LICENCES, '1.6') ?? '', readSchemaFile(LICENCES)];
    expect(licencesOf(ours).length).toBeGreaterThan(800);
    expect(licencesOf(ours).toSorted()).toEqual(licencesOf(published).toSorted());
    expect(licencesOf(ours).slice(0, 3)).toEqual(['MIT', 'Apache-2.0', 'ISC']);
    const rest = (xsd: string) => xsd.split(/<xs:enumeration value="[^"]*">.*?<\/xs:enumeration>/s);
    expect(rest(ours)).toEqual(rest(published));
  });

  it('are no other files', () => {
    expect([xsdFile('../../package.json', '1.6'), xsdFile(xsdName('1.5'), '1.6')]).toEqual([null, null]);
  });

  const findingsOf = async (...hashes: string[]) => {
    const all = hashes.map((hash) => `<hash alg="MD5">${hash}</hash>`).join('');
    const { findings } = await readDocument(
      Buffer.from(
        `<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><components>
<component type="library"><name>a</name><hashes>${all}</hashes></component></components></bom>`,
      ),
    );
    return findings.map(({ message }) => message);
  };

  it('are quoted in findings as they were published', async () => {
    expect(await findingsOf('abc')).toEqual([
      `Element 'hash': [facet 'pattern'] The value 'abc' is not accepted by the pattern '${PUBLISHED}'.`,
    ]);
  });

  it('are applied to a hash as libxml2 applies the published ones', async () => {
    expect(await findingsOf('a'.repeat(71))).toEqual([]);
    expect(await findingsOf('a'.repeat(71), 'a'.repeat(33))).toHaveLength(1);
    expect(await findingsOf('a'.repeat(64), 'A'.repeat(32))).toEqual([]);
  });
});
