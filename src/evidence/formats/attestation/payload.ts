// Payloads of envelopes: base64 of JSON.

import { LIMITS } from '../../limits.ts';
import type { Note } from '../../reading.ts';
import { parseJson } from '../../text/json.ts';
import { Unreadable } from '../../unreadable.ts';
import { warning } from '../noting.ts';

/**
 * The JSON in a payload, and whether a key in it occurs twice. Throws `Unreadable`:
 * `payload_malformed`, `duplicate_key`, and the codes for its size.
 */
export function parsePayload(
  bytes: Buffer,
  fields: readonly string[],
  note: Note,
): { value: unknown; ambiguous: boolean } {
  const { value, duplicates } = parseInner(textOfPayload(bytes));
  const twice = duplicates.find(({ key, pointer }) => fields.includes(key) || isOfParameters(pointer));
  if (twice !== undefined) throw duplicate(`${twice.pointer} of the payload occurs twice, and what it says is used`);
  if (duplicates.length >= MANY) throw duplicate(`In the payload ${duplicates.length} fields or more occur twice`);
  for (const { pointer } of duplicates) note(warning('duplicate_key', `The field ${pointer} occurs twice`, pointer));
  return { value, ambiguous: duplicates.length > 0 };
}

/** The bytes of base64 in either alphabet, padded or not; null if anything else is in it. */
export function decodeBase64(text: string): Buffer | null {
  const digits = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  if (digits % 4 === 1 || (digits !== text.length && text.length % 4 !== 0)) return null;
  // Node skips characters that are not base64, so that there would be fewer bytes.
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === Math.floor((digits * 3) / 4) ? bytes : null;
}

// No serialiser writes a key twice: only an attacker writes so many. Beyond that number they were
// not examined.
const MANY = 1_000;

const duplicate = (what: string) => new Unreadable('duplicate_key', `The field ${what}`);

function textOfPayload(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable('payload_malformed', 'The payload is not text in UTF-8');
  }
}

function parseInner(text: string): ReturnType<typeof parseJson> {
  try {
    return parseJson(text, LIMITS);
  } catch (error) {
    const { code, message } = error as Unreadable;
    throw code === 'json-malformed' ? new Unreadable('payload_malformed', `Of the payload: ${message}`) : error;
  }
}

// All that is in the parameters of a build counts as facts, whatever its keys are.
const PARAMETERS = [
  '/predicate/buildDefinition/externalParameters/',
  '/predicate/invocation/parameters/',
  '/predicate/recipe/arguments/',
];

const isOfParameters = (pointer: string) => PARAMETERS.some((prefix) => pointer.startsWith(prefix));
