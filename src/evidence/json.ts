// JSON as documents come: what a strict reader would refuse is noted, what would cost too much is refused before it is parsed.
import { jsonValue } from '../domain/json-value.ts';
import { Unreadable } from './reading.ts';

/** A key that occurs twice in one object: the last one counts, as `JSON.parse` has it. */
export type Duplicate = { readonly key: string; readonly pointer: string };

export type JsonLimits = { readonly maxDepth: number; readonly maxNodes: number };

/** Parses JSON text. Throws `Unreadable`: `json-malformed`, `too_deep`, `too_many_values`. */
export function parseJson(text: string, limits: JsonLimits): { value: unknown; duplicates: Duplicate[] } {
  const duplicates = inspect(text, limits);
  try {
    return { value: jsonValue(text), duplicates };
  } catch (error) {
    throw new Unreadable('json-malformed', `It is not JSON: ${(error as Error).message}`, { format: 'json-malformed' });
  }
}

type Frame = { keys: Set<string> | null; key: string; index: number; keyNext: boolean };

// Judges nothing but size, depth and keys; of text that is no JSON it may say anything, but it ends.
function inspect(text: string, { maxDepth, maxNodes }: JsonLimits): Duplicate[] {
  const duplicates: Duplicate[] = [];
  const frames: Frame[] = [];
  let nodes = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    const frame = frames.at(-1);
    let end = at + 1;
    if (char === QUOTE) {
      end = endOfString(text, at);
      if (frame?.keyNext) {
        enterKey(text.slice(at, end), frames, frame, duplicates);
      } else nodes += 1;
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      nodes += 1;
      frames.push({ keys: char === OPEN_OBJECT ? new Set() : null, key: '', index: 0, keyNext: char === OPEN_OBJECT });
      if (frames.length > maxDepth) throw new Unreadable('too_deep', `It is more than ${maxDepth} levels deep`);
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      frames.pop();
    } else if (char === COMMA && frame !== undefined) {
      if (frame.keys === null) frame.index += 1;
      else frame.keyNext = true;
    } else if (isScalar(char)) {
      nodes += 1;
      end = endOfScalar(text, at);
    }
    if (nodes > maxNodes) throw new Unreadable('too_many_values', `It holds more than ${maxNodes} values`);
    at = end;
  }
  return duplicates;
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const isScalar = (char: number) => char === 0x2d || (char >= 0x30 && char <= 0x39) || (char >= 0x61 && char <= 0x7a);

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let char = text.charCodeAt(at); char !== QUOTE; char = text.charCodeAt(at)) {
    if (at >= text.length) return text.length;
    at += char === BACKSLASH ? 2 : 1;
  }
  return at + 1;
}

function endOfScalar(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !',]} \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

const MAX_DUPLICATES = 10_000;

function enterKey(literal: string, frames: readonly Frame[], frame: Frame, duplicates: Duplicate[]): void {
  const key = decode(literal);
  frame.key = key;
  frame.keyNext = false;
  if (frame.keys?.has(key) && duplicates.length < MAX_DUPLICATES) duplicates.push({ key, pointer: pointerOf(frames) });
  frame.keys?.add(key);
}

function decode(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal);
  } catch {
    return literal;
  }
}

const MAX_POINTER = 1_024;

function pointerOf(frames: readonly Frame[]): string {
  let pointer = '';
  for (const { keys, key, index } of frames)
    pointer += `/${keys === null ? index : escapePointer(key.slice(0, MAX_POINTER))}`;
  return pointer.slice(0, MAX_POINTER);
}

/** A reference token of a JSON Pointer (RFC 6901, section 4). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

// What readers look at values with: whatever is not of the type asked for is not there.

export type JsonObject = { readonly [key: string]: unknown };

/** The object that a value is, or null. Only its own keys may be read: see `field`. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** A field of a value, along keys; undefined where any of them is not there. Nothing inherited is ever found. */
export function field(value: unknown, ...keys: string[]): unknown {
  let at = value;
  for (const key of keys) {
    const object = objectOf(at);
    if (object === null || !Object.hasOwn(object, key)) return undefined;
    at = object[key];
  }
  return at;
}

/** A text of a value, along keys; null where it is none or empty. */
export function textOf(value: unknown, ...keys: string[]): string | null {
  const found = field(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** A finite number of a value, along keys, or null. */
export function numberOf(value: unknown, ...keys: string[]): number | null {
  const found = field(value, ...keys);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

/** The entries of an array of a value, along keys; none where it is no array. */
export function listOf(value: unknown, ...keys: string[]): readonly unknown[] {
  const found = field(value, ...keys);
  return Array.isArray(found) ? found : [];
}
