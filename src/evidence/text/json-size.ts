// The number of values and the duplicate keys of JSON text, found before it is parsed, in one pass
// and without creating values.
import { Unreadable } from '../unreadable.ts';
import { type Duplicate, keyLedger } from './key-ledger.ts';

export type JsonLimits = { readonly maxDepth: number; readonly maxNodes: number };

/**
 * Counts the values in JSON text and finds its duplicate keys: the first of every name, and at most
 * 10,000. For text that is not JSON the result has no meaning, but the scan ends. Throws
 * `Unreadable`: `too_deep`, `too_many_values`, `duplicate_key` where over 10,000 names occur twice.
 */
export function inspectJson(
  text: string,
  { maxDepth, maxNodes }: JsonLimits,
): { nodes: number; duplicates: Duplicate[] } {
  const keys = keyLedger();
  let nodes = 0;
  let keyNext = false;
  for (let at = 0; at < text.length; ) {
    const start = at;
    const char = text.charCodeAt(start);
    at += 1;
    if (char <= SPACE || char === COLON) continue;
    if (char === QUOTE) {
      at = endOfString(text, start);
      if (keyNext) keys.enter(decode(text, start, at));
      else nodes += 1;
      keyNext = false;
    } else if (char === COMMA) {
      keyNext = keys.next();
      continue;
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      nodes += 1;
      keyNext = char === OPEN_OBJECT;
      if (keys.open(keyNext) > maxDepth) throw tooDeep(maxDepth);
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      keyNext = false;
      keys.close();
    } else {
      nodes += 1;
      at = endOfScalar(text, start);
    }
    if (nodes > maxNodes) throw tooMany(maxNodes);
    // The value is complete: the parser refuses whatever follows.
    if (keys.depth() === 0) break;
  }
  return { nodes, duplicates: keys.duplicates };
}

const [QUOTE, BACKSLASH, COMMA, COLON, SPACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x20];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

function tooDeep(maxDepth: number): Unreadable {
  return new Unreadable('too_deep', `It is more than ${maxDepth} levels deep`);
}

function tooMany(maxNodes: number): Unreadable {
  return new Unreadable('too_many_values', `It holds more than ${maxNodes} values`);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end === -1) return text.length;
    let escapes = end;
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes -= 1;
    if ((end - escapes) % 2 === 0) return end + 1;
    at = end + 1;
  }
}

function endOfScalar(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char <= SPACE || char === COMMA || char === CLOSE_OBJECT || char === CLOSE_ARRAY) return at;
  }
  return text.length;
}

function decode(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1);
  if (!inside.includes('\\')) return inside;
  try {
    return JSON.parse(text.slice(start, end));
  } catch {
    return inside;
  }
}
