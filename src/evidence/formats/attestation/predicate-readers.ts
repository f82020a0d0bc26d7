// Predicates that are documents of their own are read as such.
import type { FactsOf, Subject, Tool } from '../../../domain/evidence/evidence-facts.ts';
import { field, objectOf } from '../../../json/fields.ts';
import { LIMITS } from '../../limits.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { parseJson } from '../../text/json.ts';
import { Unreadable } from '../../unreadable.ts';
import { fault } from '../noting.ts';
import { cyclonedxJson } from '../sbom/cyclonedx-json.ts';
import { spdxJson } from '../sbom/spdx-json.ts';
import { spdxTagValue } from '../sbom/spdx-tag-value.ts';
import { spdxYaml } from '../sbom/spdx-yaml.ts';
import { spdx3JsonLd } from '../sbom/spdx3-jsonld.ts';
import { syftJson } from '../sbom/syft-json.ts';
import { openvex } from '../vex/openvex.ts';
import { TEST_RESULT_FIELDS, testResultFacts } from './test-result.ts';
import { vulnPredicate } from './vuln-predicate.ts';

/** What a predicate contains. */
export type Inner = { readonly facts: NonNullable<FactsOf<'attestation'>['predicate']>; readonly tool: Tool | null };

const versioned = (type: string) => new RegExp(`^${type.replaceAll('.', '\\.')}(?:/v?\\d[0-9.]*)?$`);

const SPDX = versioned('https://spdx.dev/Document');

const TYPES: readonly (readonly [type: RegExp, formats: readonly Format<'json'>[]])[] = [
  [versioned('https://cyclonedx.org/bom'), [cyclonedxJson]],
  // The name that in-toto-golang before 0.5.0 used, and so older versions of cosign.
  [versioned('https://cyclonedx.org/schema'), [cyclonedxJson]],
  [SPDX, [spdxJson, spdx3JsonLd]],
  [versioned('https://syft.dev/bom'), [syftJson]],
  [versioned('https://openvex.dev/ns'), [openvex]],
  [versioned('https://in-toto.io/attestation/vulns'), [vulnPredicate]],
  [/^(?:https:\/\/)?cosign\.sigstore\.dev\/attestation\/vuln\/v1$/, [vulnPredicate]],
];

const TEST_RESULT = versioned('https://in-toto.io/attestation/test-result');

/** The names of all fields of such predicates that facts are taken from. */
export const INNER_FIELDS: readonly string[] = [
  ...TYPES.flatMap(([, formats]) => formats.flatMap(({ fields }) => fields)),
  ...TEST_RESULT_FIELDS,
  'Data',
];

/**
 * Understands a predicate that its type declares to be an SBOM, a VEX, a scan or a test report.
 * Null if it has another type, or if it is not what its type declares, which is noted. The subject
 * of a scan is that of the statement.
 */
export function innerOf(
  predicateType: string | null,
  predicate: unknown,
  subjects: readonly Subject[],
  note: Note,
): Inner | null {
  if (predicateType === null) return null;
  if (TEST_RESULT.test(predicateType)) return { facts: testResultFacts(predicate, note), tool: null };
  const formats = TYPES.find(([type]) => type.test(predicateType))?.[1];
  if (formats === undefined) return null;
  const document = documentIn(predicate, SPDX.test(predicateType));
  const read = document === null ? null : readerOf(document, formats);
  if (read === null) {
    note(fault('predicate_unknown', `The predicate is not what its type says: ${predicateType}`));
    return null;
  }
  const parsed = readInner(read, note);
  if (parsed === null) return null;
  const { facts, tool } = parsed;
  if (facts?.kind === 'vuln-report') {
    const scan = { ...facts, target: targetOf(subjects) };
    return { facts: SCANS.test(predicateType) ? scan : ofUnknownVersion(scan, predicateType, note), tool };
  }
  return facts?.kind === 'sbom' || facts?.kind === 'vex' ? { facts, tool } : null;
}

// Unlike other predicates, a scan states its version only in its type.
const SCANS = /attestation\/(?:vulns(?:\/v?0\.[12])?|vuln\/v1)$/;

function ofUnknownVersion(scan: FactsOf<'vuln-report'>, predicateType: string, note: Note): FactsOf<'vuln-report'> {
  note(fault('unknown_version', `The predicate is of a version that is not read: ${predicateType}`));
  return { ...scan, disqualified: 'unknown_version' };
}

type Reader = (note: Note) => ParsedDocument | Promise<ParsedDocument>;

function readerOf(document: JsonOrText, formats: readonly Format<'json'>[]): Reader | null {
  if (document.shape === 'json') {
    const format = formats.find((one) => one.recognises(document));
    return format === undefined ? null : (note) => format.read(document, note);
  }
  const format = [spdxTagValue, spdxYaml].find((one) => one.recognises(document));
  // Its positions are lines, which are not pointers.
  const within = (note: Note): Note => {
    return (finding) =>
      note({ ...finding, message: `${finding.message} (${finding.pointer} of the text)`, pointer: '' });
  };
  return format === undefined ? null : (note) => format.read(document, within(note));
}

// All of these readers are synchronous. A document that one of them cannot read is not a fault of
// the statement around it.
function readInner(read: Reader, note: Note): ParsedDocument | null {
  try {
    return read(note) as ParsedDocument;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    note(fault(error.code, `The predicate cannot be read: ${error.message}`));
    return null;
  }
}

function targetOf([first]: readonly Subject[]): string | null {
  if (first === undefined) return null;
  const [digest] = Object.entries(first.digests);
  return first.name ?? (digest === undefined ? null : digest.join(':'));
}

type JsonOrText = DocumentOf<'json'> | DocumentOf<'text'>;

// Cosign puts its input into `Data`, with a `Timestamp` beside it: an object, or its text. For SPDX
// (`--type spdx`) it takes any text, and newer versions write that text without `Data`.
function documentIn(predicate: unknown, isSpdx: boolean): JsonOrText | null {
  const value = unwrapped(predicate);
  if (typeof value !== 'string') return { shape: 'json', value, text: JSON.stringify(value) ?? '' };
  if (value === predicate && !isSpdx) return null;
  const text = value.replace(/^\ufeff/, '');
  const parsed = parsedText(text);
  if (parsed !== undefined) return parsed === null ? null : { shape: 'json', value: parsed, text };
  return isSpdx ? { shape: 'text', text } : null;
}

function unwrapped(predicate: unknown): unknown {
  const keys = Object.keys(objectOf(predicate) ?? {});
  if (!keys.includes('Data') || keys.some((key) => key !== 'Data' && key !== 'Timestamp')) return predicate;
  return field(predicate, 'Data');
}

// Undefined if it is not JSON; null if a key in it occurs twice, or if it is too large.
function parsedText(text: string): unknown {
  try {
    const { value, duplicates } = parseJson(text, LIMITS);
    return duplicates.length === 0 ? value : null;
  } catch (error) {
    return error instanceof Unreadable && error.code === 'json-malformed' ? undefined : null;
  }
}
