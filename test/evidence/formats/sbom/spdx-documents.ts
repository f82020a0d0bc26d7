// Small SPDX 2 documents, and what tests ask of a reading.
import type { FactsOf } from '../../../../src/domain/evidence/evidence-facts.ts';
import { readDocument } from '../../../../src/evidence/read.ts';
import type { Reading } from '../../../../src/evidence/reading.ts';

export const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export const read = (document: unknown): Promise<Reading> =>
  readDocument(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)));

/** Its facts, which are those of an SBOM. */
export function sbom({ facts }: Reading): FactsOf<'sbom'> {
  if (facts?.kind !== 'sbom') throw new Error(`It has no facts of an SBOM: ${JSON.stringify(facts)}`);
  return facts;
}

/** The findings as `severity code place`. */
export function said({ findings }: Reading): string[] {
  return findings.map(({ severity, code, pointer }) => `${severity} ${code} ${pointer}`);
}

/** The findings that are errors, as `code place: message`. */
export function faults({ findings }: Reading): string[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ code, pointer, message }) => `${code} ${pointer}: ${message}`);
}

export const app = {
  SPDXID: 'SPDXRef-app',
  name: 'payment-api',
  versionInfo: '2.4.1',
  downloadLocation: 'NOASSERTION',
  checksums: [{ algorithm: 'SHA256', checksumValue: SHA256 }],
  supplier: 'Organization: Acme',
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'Apache-2.0',
  externalRefs: [
    { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:npm/payment-api@2.4.1' },
  ],
};

export const library = {
  SPDXID: 'SPDXRef-lib',
  name: 'left-pad',
  downloadLocation: 'NOASSERTION',
  licenseConcluded: 'MIT',
  licenseDeclared: 'WTFPL',
  originator: 'NOASSERTION',
};

/** An SPDX 2.3 document of two packages, one of which depends on the other. */
export const spdx2 = (changes: Record<string, unknown> = {}) => ({
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'payment-api',
  documentNamespace: 'https://acme.example/sbom/1',
  creationInfo: { created: '2026-01-31T10:05:00Z', creators: ['Organization: Acme', 'Tool: syft-1.33.0'] },
  packages: [app, library],
  relationships: [
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-app' },
    { spdxElementId: 'SPDXRef-app', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'SPDXRef-lib' },
  ],
  ...changes,
});
