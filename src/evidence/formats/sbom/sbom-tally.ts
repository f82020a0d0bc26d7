// What SBOMs of any format amount to: their components, counted one by one.

import type { FactsOf, Tool } from '../../../domain/evidence/evidence-facts.ts';
import type { Disqualified } from '../../../domain/evidence/facts/fact-fields.ts';
import { textOf } from '../../../json/fields.ts';

/** What counts of a component. Texts that mean unknown are null here. */
export type Component = {
  /** The id that relationships use for it. */
  readonly ref: string | null;
  readonly name: string | null;
  readonly version: string | null;
  /** Null if there is none, or if the text in its place is not a package URL. */
  readonly purl: string | null;
  readonly licences: readonly string[];
  readonly hashed: boolean;
  readonly supplied: boolean;
  /** It has a package URL, a CPE or another identifier. */
  readonly identified: boolean;
};

/** The other parts of an SBOM that count. */
export type Rest = Pick<FactsOf<'sbom'>, 'relationships' | 'created' | 'subject'> & {
  /** The version of its format is one that the reader knows. */
  readonly knownVersion: boolean;
  /** It says how components depend on one another. */
  readonly depends: boolean;
  /** The person or organisation that made it. */
  readonly author: string | null;
};

type Counted = ReturnType<typeof countComponents>;

/** The facts of an SBOM. */
export function sbomFacts(counts: Counted, rest: Rest): FactsOf<'sbom'> {
  // An SBOM without components meets none of the elements.
  const all = (count: number) => counts.components > 0 && count === counts.components;
  const disqualified = disqualifies(counts, rest);
  return {
    kind: 'sbom',
    ...(disqualified === null ? {} : { disqualified }),
    components: counts.components,
    with_purl: counts.purl,
    with_version: counts.version,
    with_licence: counts.licence,
    with_hash: counts.hash,
    with_supplier: counts.supplier,
    relationships: rest.relationships,
    created: rest.created,
    author: rest.author,
    subject: rest.subject,
    ntia: {
      supplier_name: all(counts.supplier),
      component_name: all(counts.named),
      version: all(counts.version),
      unique_identifier: all(counts.identified),
      dependency_relationship: rest.depends,
      // NTIA asks for the entity that created the SBOM. A tool is not one.
      author: rest.author !== null,
      timestamp: rest.created !== null && isTimestamp(rest.created),
    },
    licences: counts.licences,
  };
}

// The fields of an unknown version could mean anything, and components without names are no
// inventory.
function disqualifies({ components, named }: Counted, { knownVersion }: Rest): Disqualified | null {
  if (!knownVersion) return 'unknown_version';
  return components > 0 && named === 0 ? 'nothing_named' : null;
}

type Identity = Pick<Component, 'ref' | 'purl'>;

/**
 * Counts components in one pass. The subject does not count, even if it is listed again with the
 * same reference or the same package URL. `listed` includes it.
 */
export function countComponents(components: Iterable<Component>, subject: Identity | null = null) {
  const licences = new Map<string, number>();
  const counts = {
    listed: 0,
    components: 0,
    named: 0,
    purl: 0,
    version: 0,
    licence: 0,
    hash: 0,
    supplier: 0,
    identified: 0,
  };
  for (const one of components) {
    counts.listed += 1;
    if (subject !== null && isSame(one, subject)) continue;
    counts.components += 1;
    if (one.name !== null) counts.named += 1;
    if (one.purl !== null) counts.purl += 1;
    if (one.version !== null) counts.version += 1;
    if (one.licences.length > 0) counts.licence += 1;
    if (one.hashed) counts.hash += 1;
    if (one.supplied) counts.supplier += 1;
    if (one.identified) counts.identified += 1;
    for (const licence of new Set(one.licences)) licences.set(licence, (licences.get(licence) ?? 0) + 1);
  }
  return { ...counts, licences: mostFrequent(licences) };
}

function isSame(one: Identity, other: Identity): boolean {
  return (one.ref !== null && one.ref === other.ref) || (one.purl !== null && one.purl === other.purl);
}

const MAX_LICENCES = 200;

function mostFrequent(licences: ReadonlyMap<string, number>): Record<string, number> {
  const sorted = [...licences].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const others = sorted.slice(MAX_LICENCES).reduce((sum, [, count]) => sum + count, 0);
  const kept = sorted.slice(0, MAX_LICENCES);
  return Object.fromEntries(others === 0 ? kept : [...kept, ['others', others]]);
}

/** A text of an SBOM, or null if it means unknown. */
export function known(value: unknown, ...keys: string[]): string | null {
  return knownText(textOf(value, ...keys));
}

/**
 * The text, or null if it means unknown. NOASSERTION and NONE are words of SPDX; converters carry
 * them into other formats, and not always in capitals.
 */
export function knownText(text: string | null): string | null {
  const stated = text?.trim() ?? '';
  return isBlank(stated) || isNothing(stated) ? null : stated;
}

/** The name of a component. npm has a package called `none`, so NONE must be in capitals. */
export function knownName(value: unknown, ...keys: string[]): string | null {
  const stated = textOf(value, ...keys)?.trim() ?? '';
  return isBlank(stated) || (isNothing(stated) && !/^none$/i.test(stated)) || stated === 'NONE' ? null : stated;
}

// Called for every text of every component: the length decides most cases.
function isNothing(text: string): boolean {
  return (text.length === 4 || text.length === 11) && /^(?:NONE|NOASSERTION)$/i.test(text);
}

// White space, control characters and invisible ones such as a zero-width space.
function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > 0x20 && first < 0x7f) return false;
  return !/[^\p{Z}\p{Cc}\p{Cf}]/u.test(text);
}

/** Whether a text is a date and time with an offset (RFC 3339), of any day that exists. */
export function isTimestamp(value: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,30})?(?:Z|[+-]\d{2}:\d{2})$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** A tool from the one text that names it and its version, such as `syft-1.33.0`. */
export function toolOf(words: string): Tool | null {
  const stated = knownText(words) ?? '';
  for (let at = stated.indexOf('-'); at > 0; at = stated.indexOf('-', at + 1)) {
    const start = stated.charAt(at + 1) === 'v' ? at + 2 : at + 1;
    if (isDigit(stated.charCodeAt(start))) return { name: stated.slice(0, at), version: stated.slice(at + 1) };
  }
  // A tool that does not know its own version leaves the hyphen behind.
  const name = stated.endsWith('-') ? stated.slice(0, -1) : stated;
  return name === '' ? null : { name, version: null };
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
