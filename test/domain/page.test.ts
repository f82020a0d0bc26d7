import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { cursorAt, positionOf } from '../../src/domain/page.ts';

const LIST = 'runs * owner team-a';
const POSITION = '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function refused(list: string, cursor: string): boolean {
  try {
    positionOf(list, cursor);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(MaestroError);
    const { code, errors } = error as MaestroError;
    expect(code).toBe('validation_failed');
    expect(errors.map((one) => [one.in, one.pointer])).toEqual([['query', '/cursor']]);
    return true;
  }
}

const anyList = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyPosition = fc.oneof(
  fc.uuid({ version: 7 }),
  fc.nat().map(String),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
);

describe('a cursor', () => {
  it('leads back to its position in its list', () => {
    fc.assert(
      fc.property(anyList, anyPosition, (list, position) => {
        expect(positionOf(list, cursorAt(list, position))).toBe(position);
      }),
    );
  });

  it('is of letters that need no escape in a URL', () => {
    fc.assert(fc.property(anyList, anyPosition, (list, position) => /^[\w-]+$/.test(cursorAt(list, position))));
  });

  it('is refused after any change of a single character', () => {
    const cursor = cursorAt(LIST, POSITION);
    const accepted: string[] = [];
    for (let at = 0; at < cursor.length; at += 1) {
      for (const letter of `${BASE64URL}+/= %é\0`) {
        if (letter === cursor[at]) continue;
        const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1);
        if (!refused(LIST, changed)) accepted.push(changed);
      }
    }
    expect(cursor.length).toBeGreaterThan(50);
    expect(accepted).toEqual([]);
  });

  it('is refused after any change of a single character, whatever its list and position', () => {
    fc.assert(
      fc.property(anyList, anyPosition, fc.nat(), fc.constantFrom(...BASE64URL), (list, position, place, letter) => {
        const cursor = cursorAt(list, position);
        const at = place % cursor.length;
        fc.pre(cursor[at] !== letter);
        expect(refused(list, cursor.slice(0, at) + letter + cursor.slice(at + 1))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused after a character is dropped, doubled or added', () => {
    const cursor = cursorAt(LIST, POSITION);
    const others = [...cursor].flatMap((letter, at) => [
      cursor.slice(0, at) + cursor.slice(at + 1),
      cursor.slice(0, at) + letter + cursor.slice(at),
    ]);
    const ends = ['=', '==', ' ', '\n', 'A'].flatMap((end) => [cursor + end, end + cursor]);
    const accepted = [...others, ...ends].filter((one) => one !== cursor && !refused(LIST, one));
    expect(accepted).toEqual([]);
  });

  it.each(['', ' ', '=', 'A', '%', '\0', 'é', 'null', '0', POSITION, 'x'.repeat(10_000)])(
    'is refused where nobody made it: %j',
    (made) => {
      expect(refused(LIST, made)).toBe(true);
    },
  );

  it.each([
    'runs * owner team-b',
    'runs * owner team-a ',
    'runs * ',
    'runs pending owner team-a',
    'artifacts all',
    'events',
    '',
  ])('is refused in another list: %j', (other) => {
    expect(refused(other, cursorAt(LIST, POSITION))).toBe(true);
  });

  it('is refused in any other list', () => {
    fc.assert(
      fc.property(anyList, anyList, anyPosition, (list, other, position) => {
        fc.pre(list !== other);
        expect(refused(other, cursorAt(list, position))).toBe(true);
      }),
    );
  });

  it('is refused where a part of the list has moved into the position', () => {
    expect(refused('runs', cursorAt('runs a', 'b'))).toBe(true);
    expect(refused('runs a', cursorAt('runs', 'a b'))).toBe(true);
  });
});
