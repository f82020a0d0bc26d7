import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';
import { faults, read, SHA256, said, sbom, spdx2 } from './spdx-documents.ts';

describe('an SPDX 2 YAML document', () => {
  it('is read as its JSON form is, a date for the text that it is', async () => {
    const yaml = dump(spdx2()).replace("'2026-01-31T10:05:00Z'", '2026-01-31T10:05:00Z');
    expect(yaml).toContain('created: 2026-01-31T10:05:00Z');
    const reading = await read(yaml);
    expect(said(reading)).toEqual([]);
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'sbom',
      format: 'spdx-yaml',
      version: '2.3',
      subjects: [{ name: 'payment-api', digests: { sha256: SHA256 } }],
    });
    expect(reading.facts).toEqual((await read(spdx2())).facts);
  });

  it.each(['\r\n', '\r'])('is the same document with the line ends %j', async (end) => {
    const reading = await read(dump(spdx2()).replaceAll('\n', end));
    expect(said(reading)).toEqual([]);
    expect(reading.facts).toEqual((await read(spdx2())).facts);
  });

  it('is unreadable without its line ends, and says how they are kept', async () => {
    for (const start of ['', '# made by hand\n', '---\n', '%YAML 1.2\n---\n']) {
      const reading = await read(`${start}${dump(spdx2())}`.replaceAll('\n', ''));
      expect(reading).toMatchObject({ state: 'unreadable', kind: 'sbom', format: 'spdx-yaml' });
      expect(reading.findings[0]).toMatchObject({ code: 'line_ends_lost' });
      expect(reading.findings[0]?.message).toMatch(/curl -d.*--data-binary.* -T /);
    }
  });

  it('is held to the schema of the JSON form', async () => {
    const reading = await read(dump({ ...spdx2(), name: 7 }));
    expect(faults(reading)).toEqual(['schema /name: must be string']);
  });

  it('is YAML though a text in it says the tag of the other form, and the other way round', async () => {
    const yaml = await read(dump({ ...spdx2(), comment: 'SPDXVersion: SPDX-2.2\nSPDXID: SPDXRef-DOCUMENT\n' }));
    expect(yaml).toMatchObject({ format: 'spdx-yaml', version: '2.3' });
    const tagged = await read('SPDXVersion: SPDX-2.3\nDocumentComment: <text>\nspdxVersion: SPDX-2.2\n</text>\n');
    expect(tagged).toMatchObject({ format: 'spdx-tv', version: '2.3' });
  });

  it.each([
    ['yaml_alias', 'a: &a [x, x]\nb: [*a, *a]\n'],
    ['duplicate_key', 'name: a\nname: b\n'],
    ['too_deep', `a: ${'['.repeat(100_000)}`],
    ['yaml-malformed', 'a: b: c\n'],
    ['yaml-malformed', 'a: 1\n---\nb: 2\n'],
  ])('is unreadable, with its name and version, for %s', async (code, more) => {
    const reading = await read(`spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n${more}`);
    expect(reading).toMatchObject({ state: 'unreadable', kind: 'sbom', format: 'spdx-yaml', version: '2.3' });
    expect(reading.findings.map((finding) => finding.code)).toEqual([code]);
  });

  it.each([
    'a: |\n  x\nspdxVersion:\n  - SPDX-2.3\n',
    '[12:00] step 1\nSPDXVersion: SPDX-2.3\nPackageName: a\n',
    'The document:\n\nspdxVersion: SPDX-2.3\n',
    '# Notes\n\nIt begins with `spdxVersion: SPDX-2.3`, or so:\n\n    spdxVersion: SPDX-2.3\n',
  ])('is none where the version does not stand at the top: %j', async (text) => {
    expect((await read(text)).state).toBe('opaque');
  });

  it('has no key that reaches a prototype', async () => {
    const reading = await read(`${dump(spdx2())}__proto__:\n  packages: [1]\n`);
    expect(sbom(reading).components).toBe(1);
    expect(faults(reading)).toEqual(['schema : must NOT have additional properties (__proto__)']);
    expect(({} as Record<string, unknown>).packages).toBeUndefined();
  });

  it.each([
    ['values in a flow', `x: [${'1,'.repeat(1_500_001)}1]`],
    ['entries of lists', `x:\n${'-\n'.repeat(1_500_001)}`],
    ['fields', 'a: 1\n'.repeat(1_500_001)],
    ['quoted fields', `x: {${'"a":1 '.repeat(1_500_001)}}`],
    ['escapes', `x: "${'\\n'.repeat(1_500_001)}"`],
    ['doubled quotes', `x: '${"''".repeat(1_500_001)}'`],
    ['folded lines', `x: >\n${' a\n'.repeat(1_500_001)}`],
    ['line ends of other systems', `x: >\r${' a\r'.repeat(1_500_001)}`],
  ])('is refused before it is built where it has more than 1,500,000 %s', async (_what, rest) => {
    const text = `spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n${rest}\n`;
    const { state, kind, format, findings } = await readDocument(Buffer.from(text));
    expect([state, kind, format, findings[0]?.code]).toEqual(['unreadable', 'sbom', 'spdx-yaml', 'too_many_values']);
  });

  it('is read where colons, dashes and quotes stand within its words', async () => {
    const words = `x: ${'a-b:c-d?e'.repeat(500_000)}`;
    const text = `spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n${words}\n`;
    expect((await readDocument(Buffer.from(text))).state).toBe('read');
  });
});
