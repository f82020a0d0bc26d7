// What JSON text costs and which keys it has twice, found before it is parsed: in one pass, without a value being made of it.
import { Unreadable } from '../unreadable.ts';

/** A key that occurs twice in one object: the last one counts, as `JSON.parse` has it. */
export type Duplicate = { readonly key: string; readonly pointer: string };

export type JsonLimits = { readonly maxDepth: number; readonly maxNodes: number };

const MAX_DUPLICATES = 10_000;
const MAX_POINTER = 1_024;

/** Different names of keys, which the engine keeps for ever and makes shapes of: with millions of them parsing takes a hundred times as long. */
const MAX_NAMES = 100_000;

/**
 * Counts the values in JSON text and finds its duplicate keys: the first of every name, and at most 10,000. Of text that is no JSON it may
 * say anything, but it ends. Throws `Unreadable`: `too_deep`, `too_many_values`, `duplicate_key` where over 10,000 names occur twice.
 */
export function inspectJson(
  text: string,
  { maxDepth, maxNodes }: JsonLimits,
): { nodes: number; duplicates: Duplicate[] } {
  const keys = keyLedger();
  let nodes = 0;
  let keyNext = false;
  for (let at = 0; at < text.length; ) {
    const char = text.charCodeAt(at);
    const start = at;
    at += 1;
    if (char <= SPACE || char === COLON) continue;
    if (char === QUOTE) {
      at = endOfString(text, start);
      if (keyNext) {
        keyNext = false;
        keys.enter(decode(text, start, at));
        continue;
      }
      nodes += 1;
    } else if (char === COMMA) {
      keyNext = keys.next();
      continue;
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      nodes += 1;
      keyNext = char === OPEN_OBJECT;
      if (keys.open(keyNext) > maxDepth) throw new Unreadable('too_deep', `It is more than ${maxDepth} levels deep`);
      if (nodes > maxNodes) throw tooMany(maxNodes);
      continue;
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      keyNext = false;
      keys.close();
    } else {
      nodes += 1;
      at = endOfScalar(text, start);
    }
    if (nodes > maxNodes) throw tooMany(maxNodes);
    // The value is whole: whatever follows, the parser refuses it.
    if (keys.depth() === 0) break;
  }
  return { nodes, duplicates: keys.duplicates };
}

const [QUOTE, BACKSLASH, COMMA, COLON, SPACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x20];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

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

// A set of keys for every object would cost as much as the values. Each name has a number instead, and `holders` says which open object
// has had it last; the objects around that one get their names back when it closes.
function keyLedger() {
  const numbers = new Map<string, number>();
  const holders: number[] = [];
  const entered: number[] = [];
  const frames: Frame[] = [];
  const duplicates: Duplicate[] = [];
  const doubled = new Set<string>();
  let depth = 0;
  let objects = 0;

  function open(isObject: boolean): number {
    objects += 1;
    frames[depth] = { object: isObject ? objects : 0, mark: entered.length, key: '', index: 0 };
    depth += 1;
    return depth;
  }

  function close(): void {
    const mark = frames[depth - 1]?.mark ?? 0;
    while (entered.length > mark) {
      const holder = entered.pop() as number;
      holders[entered.pop() as number] = holder;
    }
    if (depth > 0) depth -= 1;
  }

  /** Whether a key comes next. */
  function next(): boolean {
    const frame = frames[depth - 1];
    if (frame === undefined) return false;
    frame.index += 1;
    return frame.object !== 0;
  }

  function enter(key: string): void {
    const frame = frames[depth - 1] as Frame;
    frame.key = key;
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      if (number === MAX_NAMES)
        throw new Unreadable('too_many_values', `It has more than ${MAX_NAMES} different names of fields`);
      numbers.set(key, number);
      holders.push(0);
    }
    const holder = holders[number] as number;
    if (holder === frame.object) {
      note(key);
    } else {
      entered.push(number, holder);
      holders[number] = frame.object;
    }
  }

  function note(key: string): void {
    const isFirst = !doubled.has(key);
    if (isFirst && duplicates.length >= MAX_DUPLICATES)
      throw new Unreadable('duplicate_key', `More than ${MAX_DUPLICATES} keys occur twice in an object`);
    doubled.add(key);
    if (isFirst || duplicates.length < MAX_DUPLICATES / 2)
      duplicates.push({ key, pointer: pointerOf(frames.slice(0, depth)) });
  }

  return { open, close, next, enter, duplicates, depth: () => depth };
}

/** An open object or array. `object` is its number, 0 for an array; `mark` where its keys begin among those entered. */
type Frame = { object: number; mark: number; key: string; index: number };

function pointerOf(frames: readonly Frame[]): string {
  let pointer = '';
  for (const { object, key, index } of frames) {
    pointer += `/${object === 0 ? index : escapePointer(key.slice(0, MAX_POINTER))}`;
    if (pointer.length > MAX_POINTER) break;
  }
  return pointer.slice(0, MAX_POINTER);
}

/** A reference token of a JSON Pointer (RFC 6901, section 4). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
