// What an SPDX 2 document describes, in all its forms.
import type { Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, type JsonObject, listOf, objectsIn, textOf } from '../../../json/fields.ts';
import { purlDigests } from '../stated-digests.ts';
import { isPackageUrl } from './package-url.ts';
import { known, knownName } from './sbom-tally.ts';

/**
 * Something that a document describes, with its `element` if the document contains it. `implied`:
 * not stated.
 */
export type Described = {
  readonly id: string;
  readonly element: unknown;
  readonly subject: Subject | null;
  readonly implied: boolean;
};

/** Everything that a document describes. */
export function describedBy(document: JsonObject): Described[] {
  const elements = new Map<string, unknown>();
  for (const list of ['files', 'packages']) {
    for (const one of listOf(document, list)) elements.set(textOf(one, 'SPDXID') ?? '', one);
  }
  const ids = describedIds(document);
  const packages = objectsIn(document, 'packages');
  // Clause 11.1 of SPDX 2.3: a document with one package describes that package, even without
  // stating so.
  const [only] = packages;
  if (ids.size === 0 && packages.length === 1) {
    return [{ id: textOf(only, 'SPDXID') ?? '', element: only, subject: subjectOf(only), implied: true }];
  }
  return [...ids].map((id) => {
    const element = elements.get(id);
    return { id, element, subject: element === undefined ? null : subjectOf(element), implied: false };
  });
}

/**
 * The single subject of a document, or null. Files may be described beside the package that they
 * belong to. A document that describes several packages has no single subject, and all its packages
 * count as components: some generators describe every package that they list.
 */
export function mainOf(document: JsonObject, described: readonly Described[]): Described | null {
  const packages = new Set(listOf(document, 'packages'));
  const there = described.filter(({ subject }) => subject !== null);
  const main = there.filter(({ element }) => packages.has(element));
  const [only, ...more] = main.length > 0 ? main : there;
  return only === undefined || more.length > 0 ? null : only;
}

function describedIds(document: JsonObject): Set<string> {
  const root = textOf(document, 'SPDXID') ?? 'SPDXRef-DOCUMENT';
  const ids = new Set(listOf(document, 'documentDescribes').filter((id) => typeof id === 'string'));
  for (const one of listOf(document, 'relationships')) {
    const type = field(one, 'relationshipType');
    const [from, to] = [textOf(one, 'spdxElementId'), textOf(one, 'relatedSpdxElement')];
    if (type === 'DESCRIBES' && from === root && to !== null) ids.add(to);
    if (type === 'DESCRIBED_BY' && to === root && from !== null) ids.add(from);
  }
  return ids;
}

function subjectOf(element: unknown): Subject {
  return { name: knownName(element, 'name') ?? knownName(element, 'fileName'), digests: digestsOf(element) };
}

function digestsOf(element: unknown): Record<string, string> {
  const digests = new Map<string, string>();
  for (const one of listOf(element, 'checksums')) {
    const [algorithm, value] = [textOf(one, 'algorithm'), known(one, 'checksumValue')];
    if (algorithm === null || value === null) continue;
    const name = algorithm.toLowerCase().replace(/^sha-/, 'sha');
    if (!digests.has(name)) digests.set(name, value);
  }
  for (const [name, value] of Object.entries(purlDigests(purlOf(element)))) {
    if (!digests.has(name)) digests.set(name, value);
  }
  return Object.fromEntries(digests);
}

/** The first valid package URL of an element. */
export function purlOf(element: unknown): string | null {
  return (
    listOf(element, 'externalRefs')
      .filter((one) => isPurlType(textOf(one, 'referenceType')))
      .map((one) => known(one, 'referenceLocator'))
      .find((purl) => purl !== null && isPackageUrl(purl)) ?? null
  );
}

/**
 * Whether an external reference is a package URL by its type. Types are words, or URIs that end in
 * them.
 */
export function isPurlType(type: string | null): boolean {
  return type !== null && type.slice(Math.max(type.lastIndexOf('/'), type.lastIndexOf('#')) + 1) === 'purl';
}
