import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';
import { faults, read, SHA256, said, sbom } from './spdx-documents.ts';

const HEAD = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: payment-api
DocumentNamespace: https://acme.example/sbom/1
Creator: Tool: syft-1.33.0
Created: 2026-01-31T10:05:00Z
`;

const BODY = `
## The application
PackageName: payment-api
SPDXID: SPDXRef-app
PackageVersion: 2.4.1
PackageSupplier: Organization: Acme
PackageDownloadLocation: NONE
PackageChecksum: SHA256: ${SHA256}
PackageComment: <text>It says
PackageVersion: 9.9.9
# and ends</text>
ExternalRef: PACKAGE-MANAGER purl pkg:npm/payment-api@2.4.1
PrimaryPackagePurpose: OPERATING-SYSTEM
FileName: ./a.js
SPDXID: SPDXRef-a
FileChecksum: SHA1: ${'0'.repeat(40)}
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app
Relationship: SPDXRef-app CONTAINS SPDXRef-a
`;

describe('an SPDX 2 tag-value document', () => {
  it('is read as its JSON form would be', async () => {
    const reading = await read(HEAD + BODY);
    expect(said(reading)).toEqual([]);
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'sbom',
      format: 'spdx-tv',
      version: '2.3',
      valid: true,
      tool: { name: 'syft', version: '1.33.0' },
      subjects: [{ name: 'payment-api', digests: { sha256: SHA256 } }],
    });
    expect(sbom(reading)).toMatchObject({
      components: 0,
      with_supplier: 0,
      relationships: 2,
      created: '2026-01-31T10:05:00Z',
      subject: { name: 'payment-api', version: '2.4.1', purl: 'pkg:npm/payment-api@2.4.1' },
    });
  });

  it.each(['\r\n', '\r'])('is the same document with the line ends %j', async (end) => {
    const text = `${HEAD}${BODY}PackageName: y\nPackageComment: <text>a\nb</text>\nColour: red\n`;
    const other = await read(text.replaceAll('\n', end));
    expect(other.facts).toEqual((await read(text)).facts);
    expect(other.format).toBe('spdx-tv');
    expect(faults(other)).toEqual(faults(await read(text)));
    expect(faults(other)).toContain('schema line 29: There is no tag Colour');
  });

  it.each([
    ['as it is', HEAD + BODY],
    ['after a comment', `# made by hand\n${HEAD}${BODY}`],
    ['after a byte-order mark', `\ufeff${HEAD}${BODY}`],
    ['of another version', HEAD.replace('2.3', '2.2') + BODY],
    ['without packages', HEAD],
  ])('is unreadable without its line ends, %s, and says how they are kept', async (_how, text) => {
    const reading = await read(text.replaceAll('\n', ''));
    expect(reading).toMatchObject({ state: 'unreadable', kind: 'sbom', format: 'spdx-tv', facts: null });
    expect(reading.findings[0]).toMatchObject({ code: 'line_ends_lost', severity: 'error' });
    expect(reading.findings[0]?.message).toMatch(/curl -d.*--data-binary.* -T /);
  });

  it('may have but one line', async () => {
    expect(await read('SPDXVersion: SPDX-2.3')).toMatchObject({ state: 'read', format: 'spdx-tv' });
    const log = 'Upload failed for SPDXVersion: SPDX-2.3DataLicense: CC0-1.0SPDXID: SPDXRef-DOCUMENT';
    expect((await read(log)).kind).toBe('opaque');
  });

  it('lists no files of a package that were not analyzed, be it by place or by CONTAINS', async () => {
    const [head, body] = [HEAD, BODY.replace('PackageSupplier', 'FilesAnalyzed: false\nPackageSupplier')];
    const placed = body.replace(/Relationship: SPDXRef-app CONTAINS.*\n/, '');
    for (const text of [body, placed])
      expect(said(await read(head + text))).toEqual(['error unanalyzed_files line 10']);
    const [before, file] = placed.split('FileName');
    expect(
      said(
        await read(
          `${head}FileName${file?.split('Relationship')[0]}${before}Relationship${file?.split('Relationship')[1]}`,
        ),
      ),
    ).toEqual([]);
  });

  it('is read with the line ends of Windows, after a byte-order mark and in UTF-16', async () => {
    const text = `\ufeff${(HEAD + BODY).replaceAll('\n', '\r\n')}`;
    for (const encoding of ['utf8', 'utf16le'] as const) {
      const reading = await readDocument(Buffer.from(text, encoding));
      expect(reading, encoding).toMatchObject({ format: 'spdx-tv', valid: true, findings_total: 0 });
      expect(sbom(reading).subject?.version).toBe('2.4.1');
    }
  });

  it('names the line of every fault', async () => {
    const reading = await read(`${HEAD}Colour: red
nothing
PackageName: x
SPDXID: SPDXRef-x
FilesAnalyzed: True
PackageChecksum: ${SHA256}
Relationship: SPDXRef-DOCUMENT DESCRIBES
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-x
PackageDownloadLocation: NONE
`);
    expect(faults(reading)).toEqual([
      'schema line 8: There is no tag Colour',
      'schema line 9: It is no "Tag: value": nothing',
      'schema line 12: FilesAnalyzed cannot be "True"',
      `schema line 13: PackageChecksum cannot be "${SHA256}"`,
      'schema line 14: Relationship cannot be "SPDXRef-DOCUMENT DESCRIBES"',
      'out_of_place line 16: PackageDownloadLocation stands outside of the package that it belongs to',
      "schema line 14: must have required property 'spdxElementId'",
      "schema line 14: must have required property 'relatedSpdxElement'",
      "schema line 14: must have required property 'relationshipType'",
    ]);
    expect(sbom(reading).subject?.name).toBe('x');
  });

  it('is held to the text of the specification, as there is no schema of it', async () => {
    const reading = await read(`${HEAD.replace('2026-01-31T10:05:00Z', 'redacted')}
PackageName: x
SPDXID: SPDXRef-x
PackageDownloadLocation: NONE
ExternalRef: PACKAGE-MANAGER purl left-pad
FileName: /etc/passwd
SPDXID: SPDXRef-f
FileChecksum: SHA1: aa
`);
    expect(said(reading)).toEqual([
      'error bad_created line 1',
      'error nothing_described line 1',
      'error absolute_file_name line 13',
      'error bad_purl line 9',
    ]);
  });

  it('is unreadable where a tag that facts are taken from is said twice of one element', async () => {
    const reading = await read(HEAD + BODY.replace('PackageVersion', 'PackageVersion: 1\nPackageVersion'));
    expect(reading).toMatchObject({ state: 'unreadable', kind: 'sbom', format: 'spdx-tv', version: '2.3' });
    expect(reading.findings[0]?.code).toBe('duplicate_key');
  });

  it('takes the first of another tag that is said twice', async () => {
    const reading = await read(`${HEAD}DocumentComment: a\nDocumentComment: b\n${BODY}`);
    expect(said(reading)).toEqual(['error duplicate_tag line 9']);
  });

  it('ends a <text> that does not end with the document', async () => {
    const reading = await read(`${HEAD}${BODY}PackageName: y\nPackageComment: <text>\nPackageName: z\n`);
    expect(said(reading)).toContain('error unterminated_text line 27');
    expect(sbom(reading).components).toBe(1);
  });

  it('is known without its first line, and says then that it has no version', async () => {
    const reading = await read(HEAD.replace('SPDXVersion: SPDX-2.3\n', '') + BODY);
    expect(reading).toMatchObject({ format: 'spdx-tv', version: null, valid: false });
    expect(said(reading)).toContain('error unknown_version line 1');
  });

  it('is no tag-value where the words stand within a line', async () => {
    expect((await read('See SPDXVersion: SPDX-2.3 for more.\n')).kind).toBe('opaque');
  });

  it('of a hundred thousand lines is read in one pass, whatever the lines', { tags: 'slow' }, async () => {
    const many = (line: string) => `SPDXVersion: SPDX-2.3\n${line.repeat(100_000)}`;
    expect(await read(many('Colour: red\n'))).toMatchObject({ format: 'spdx-tv', valid: false });
    expect((await read(many('PackageName: x\n'))).facts).toMatchObject({ components: 100_000 });
    expect((await read(many('DocumentComment: <text>\n'))).findings_total).toBeLessThan(20);
    expect((await read(many('#\n'))).format).toBe('spdx-tv');
  });

  it('is refused where it has more than 1,500,000 lines that say something, however many others it has', {
    tags: 'slow',
  }, async () => {
    const head = 'SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n';
    const reading = (rest: string) => readDocument(Buffer.from(head + rest));
    const { state, kind, findings } = await reading('PackageName:a\n'.repeat(1_500_000));
    expect([state, kind, findings[0]?.code]).toEqual(['unreadable', 'sbom', 'too_many_values']);
    expect((await reading(`#\n\n`.repeat(1_000_000))).state).toBe('read');
  });
});
