// Payloads of envelopes: base64 of JSON.

import type { Note } from '../../reading.ts';
import { parseJson } from '../../text/json.ts';
import { LIMITS } from '../../unpack.ts';
import { Unreadable } from '../../unreadable.ts';
import { oddity } from '../noting.ts';

/** The JSON in a payload, and whether a field in it occurs twice. Throws `Unreadable`: `payload_malformed`, `duplicate_key`, and for its size. */
export function parsePayload(
  bytes: Buffer,
  fields: readonly string[],
  note: Note,
): { value: unknown; ambiguous: boolean } {
  const { value, duplicates } = parseInner(textOfPayload(bytes));
  const twice = duplicates.find(({ key, pointer }) => fields.includes(key) || isOfParameters(pointer));
  if (twice !== undefined) throw duplicate(`${twice.pointer} of the payload occurs twice, and what it says is used`);
  if (duplicates.length >= MANY) throw duplicate(`In the payload ${duplicates.length} fields or more occur twice`);
  for (const { pointer } of duplicates) note(oddity('duplicate_key', `The field ${pointer} occurs twice`, pointer));
  return { value, ambiguous: duplicates.length > 0 };
}

/** The bytes in base64, of either alphabet, padded or not; null where anything else is in it. */
export function decodeBase64(text: string): Buffer | null {
  const digits = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  if (digits % 4 === 1 || (digits !== text.length && text.length % 4 !== 0)) return null;
  // Node leaves out what is no base64, so that the bytes would be fewer.
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === Math.floor((digits * 3) / 4) ? bytes : null;
}

// No serialiser writes a key twice: it takes an attacker to write so many. Of more than that none may have been looked at.
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

// The parameters of a build are facts with all that is in them, whatever its names are.
const PARAMETERS = [
  '/predicate/buildDefinition/externalParameters/',
  '/predicate/invocation/parameters/',
  '/predicate/recipe/arguments/',
];

const isOfParameters = (pointer: string) => PARAMETERS.some((prefix) => pointer.startsWith(prefix));
