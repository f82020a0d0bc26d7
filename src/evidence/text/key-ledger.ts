// The keys of the objects that are open while JSON text is scanned: which of them occur twice, and
// where.

import { escapePointer } from '../../json/pointer.ts';
import { Unreadable } from '../unreadable.ts';

/** A key that occurs twice in one object: the last one counts, as in `JSON.parse`. */
export type Duplicate = { readonly key: string; readonly pointer: string };

const MAX_DUPLICATES = 10_000;
const MAX_POINTER = 1_024;

/**
 * Different names of keys. The engine keeps them forever and derives shapes from them: with
 * millions of names parsing takes a hundred times as long.
 */
const MAX_NAMES = 100_000;

/**
 * An open object or array. `object` is its number, 0 for an array; `mark` is where its names begin
 * in the log.
 */
type Frame = { object: number; mark: number; key: string; index: number };

/**
 * Follows the scanner. Throws `Unreadable`: `too_many_values` for over 100,000 names,
 * `duplicate_key` for over 10,000 duplicates.
 */
export function keyLedger() {
  const frames: Frame[] = [];
  const holders = nameHolders();
  const duplicates = duplicateKeys();
  let depth = 0;
  let objects = 0;
  return {
    duplicates: duplicates.found,
    depth: () => depth,
    /** Opens an object or array. Returns how many are open. */
    open(isObject: boolean): number {
      objects += 1;
      frames[depth] = { object: isObject ? objects : 0, mark: holders.mark(), key: '', index: 0 };
      depth += 1;
      return depth;
    },
    close(): void {
      holders.restore(frames[depth - 1]?.mark ?? 0);
      if (depth > 0) depth -= 1;
    },
    /** Takes a comma. Returns whether a key comes next. */
    next(): boolean {
      const frame = frames[depth - 1];
      if (frame === undefined) return false;
      frame.index += 1;
      return frame.object !== 0;
    },
    /** Takes a key of the innermost object. */
    enter(key: string): void {
      const frame = frames[depth - 1] as Frame;
      frame.key = key;
      if (!holders.take(key, frame.object)) duplicates.note(key, frames, depth);
    },
  };
}

// A set of keys for every object would cost as much as the values. Instead each name has a number,
// and `holders` says which open object had it last. When an object closes, the log gives its names
// back to the objects around it.
function nameHolders() {
  const numbers = new Map<string, number>();
  const holders: number[] = [];
  const log: number[] = [];

  function addName(key: string): number {
    const number = numbers.size;
    if (number === MAX_NAMES)
      throw new Unreadable('too_many_values', `It has more than ${MAX_NAMES} different names of fields`);
    numbers.set(key, number);
    holders.push(0);
    return number;
  }

  return {
    mark: () => log.length,
    /** Whether the object did not have the name yet. */
    take(key: string, object: number): boolean {
      const number = numbers.get(key) ?? addName(key);
      const holder = holders[number] as number;
      if (holder === object) return false;
      log.push(number, holder);
      holders[number] = object;
      return true;
    },
    restore(mark: number): void {
      while (log.length > mark) {
        const holder = log.pop() as number;
        holders[log.pop() as number] = holder;
      }
    },
  };
}

// Every name is kept once. Its repetitions take up at most half of the room, so that the others are
// seen.
function duplicateKeys() {
  const found: Duplicate[] = [];
  const names = new Set<string>();
  return {
    found,
    note(key: string, frames: readonly Frame[], depth: number): void {
      const isFirst = !names.has(key);
      if (isFirst && found.length >= MAX_DUPLICATES)
        throw new Unreadable('duplicate_key', `More than ${MAX_DUPLICATES} keys occur twice in an object`);
      names.add(key);
      if (isFirst || found.length < MAX_DUPLICATES / 2) found.push({ key, pointer: pointerOf(frames.slice(0, depth)) });
    },
  };
}

function pointerOf(frames: readonly Frame[]): string {
  let pointer = '';
  for (const { object, key, index } of frames) {
    pointer += `/${object === 0 ? index : escapePointer(key.slice(0, MAX_POINTER))}`;
    if (pointer.length > MAX_POINTER) break;
  }
  return pointer.slice(0, MAX_POINTER);
}
