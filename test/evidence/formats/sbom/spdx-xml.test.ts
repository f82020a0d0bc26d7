import { describe, expect, it } from 'vitest';
import { read } from './spdx-documents.ts';

describe('a form of SPDX 2 that is not read', () => {
  it('is named with its version where it is XML', async () => {
    const reading = await read(
      '<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion></Document>',
    );
    expect(reading).toMatchObject({
      state: 'unreadable',
      kind: 'sbom',
      format: 'spdx-xml',
      version: '2.3',
      valid: false,
      findings: [{ code: 'unsupported_format', severity: 'error' }],
    });
  });

  it('is named where it is RDF, whatever its prefixes', async () => {
    const reading = await read(
      '<R:RDF xmlns:R="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#"><Package/></R:RDF>',
    );
    expect(reading).toMatchObject({ state: 'unreadable', kind: 'sbom', format: 'spdx-rdf', version: null });
    expect(reading.findings[0]?.code).toBe('unsupported_format');
  });

  it('is no SPDX where it is another document or other RDF', async () => {
    expect((await read('<Document><a/></Document>')).kind).toBe('opaque');
    const doap =
      '<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><Project xmlns="http://usefulinc.com/ns/doap#"/></RDF>';
    expect((await read(doap)).kind).toBe('opaque');
  });
});
