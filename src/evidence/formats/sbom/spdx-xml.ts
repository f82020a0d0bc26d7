// Forms of SPDX 2 that are recognised but not read: hardly any tool writes them, and the JSON form
// says the same.
import type { Format } from '../../reading.ts';
import { child, childText } from '../../text/xml-element.ts';
import { Unreadable } from '../../unreadable.ts';

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const SPDX_TERMS = 'http://spdx.org/rdf/terms';

export const spdxXml: Format<'xml'> = {
  shape: 'xml',
  name: 'spdx-xml',
  kind: 'sbom',
  fields: [],
  recognises: ({ root }) => root.name === 'Document' && child(root, 'spdxVersion') !== undefined,
  read({ root }) {
    throw unsupported('spdx-xml', 'SPDX as XML', childText(root, 'spdxVersion')?.replace(/^SPDX-/, '') ?? null);
  },
};

export const spdxRdf: Format<'xml'> = {
  shape: 'xml',
  name: 'spdx-rdf',
  kind: 'sbom',
  fields: [],
  recognises: ({ root }) =>
    root.name === 'RDF' &&
    root.namespace === RDF &&
    root.children.some(({ namespace }) => namespace.startsWith(SPDX_TERMS)),
  read() {
    throw unsupported('spdx-rdf', 'SPDX as RDF', null);
  },
};

function unsupported(format: string, what: string, version: string | null): Unreadable {
  const message = `${what} is not read; its JSON form is`;
  return new Unreadable('unsupported_format', message, { kind: 'sbom', format, version });
}
