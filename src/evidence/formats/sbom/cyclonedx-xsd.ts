// The published XML schemas of CycloneDX, written so that libxml2 checks them faster.
import { readSchemaFile } from './cyclonedx-schema-files.ts';

const IMPORTED = 'spdx.SNAPSHOT.xsd';

/**
 * The text of the schema of a version, or of the one that it imports; null for any other name. What
 * it accepts, the published one accepts, and both have the same faults if none of them `isOfHash`.
 */
export function xsdFile(name: string, version: string): string | null {
  return name === xsdName(version) ? readSchemaFile(name).replace(HASH, nestedHash) : publishedXsdFile(name, version);
}

/** The same of the published schema, but for the order of licences. */
export function publishedXsdFile(name: string, version: string): string | null {
  if (name === IMPORTED) return commonFirst(readSchemaFile(name));
  return name === xsdName(version) ? readSchemaFile(name) : null;
}

export function xsdName(version: string): string {
  return `bom-${version}.SNAPSHOT.xsd`;
}

/** Whether a fault is one against the nested form of the pattern of a hash. */
export function isOfHash(message: string): boolean {
  return message.includes(NESTED_HASH);
}

// libxml2 tries one length after the other, each from the first digit on: 9 us for a SHA-256 and
// 32 us for a SHA-512, against 2 and 3 for the nested form. It also adds up lengths that did not
// match: by the published form it takes 71 digits (32 + 40 - 1), too. What the nested form refuses
// is therefore checked by the published one, or the readers would read it differently than before.
const HASH = '([a-fA-F0-9]{32})|([a-fA-F0-9]{40})|([a-fA-F0-9]{64})|([a-fA-F0-9]{96})|([a-fA-F0-9]{128})';
const NESTED_HASH = '[a-fA-F0-9]{32}([a-fA-F0-9]{8}([a-fA-F0-9]{24}([a-fA-F0-9]{32}([a-fA-F0-9]{32})?)?)?)?';

const nestedHash = () => NESTED_HASH;

// libxml2 compares a licence with one of the 800 after the other, 11 us for one in the middle.
const COMMON = (
  'MIT Apache-2.0 ISC BSD-3-Clause BSD-2-Clause 0BSD MPL-2.0 CC0-1.0 Unlicense EPL-2.0 EPL-1.0 CDDL-1.0 ' +
  'GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later LGPL-2.1-only LGPL-2.1-or-later ' +
  'LGPL-3.0-only LGPL-3.0-or-later CC-BY-4.0 Python-2.0 PSF-2.0 BlueOak-1.0.0 Zlib BSL-1.0 Artistic-2.0'
).split(' ');

const ENUMERATION = /<xs:enumeration value="([^"]*)">.*?<\/xs:enumeration>/gs;

function commonFirst(xsd: string): string {
  const entries = [...xsd.matchAll(ENUMERATION)].map(([entry, licence]) => ({ entry, rank: rankOf(licence) }));
  const sorted = entries.toSorted((one, other) => one.rank - other.rank).values();
  return xsd.replace(ENUMERATION, () => sorted.next().value?.entry ?? '');
}

function rankOf(licence: string | undefined): number {
  const rank = COMMON.indexOf(licence ?? '');
  return rank === -1 ? COMMON.length : rank;
}
