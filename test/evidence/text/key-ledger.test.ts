import { describe, expect, it } from 'vitest';
import { keyLedger } from '../../../src/evidence/text/key-ledger.ts';

describe('the ledger of keys', () => {
  it('finds a key again after an inner object that has it, too, has closed', () => {
    const keys = keyLedger();
    expect(keys.open(true)).toBe(1);
    keys.enter('a');
    expect(keys.open(true)).toBe(2);
    keys.enter('a');
    keys.close();
    expect(keys.duplicates).toEqual([]);
    expect(keys.next()).toBe(true);
    keys.enter('a');
    expect(keys.duplicates).toEqual([{ key: 'a', pointer: '/a' }]);
    keys.close();
    expect([keys.depth(), keys.next()]).toEqual([0, false]);
  });

  it('says where a key is, and that no key comes next in an array', () => {
    const keys = keyLedger();
    keys.open(false);
    expect(keys.next()).toBe(false);
    keys.open(true);
    for (const key of ['a/b', 'a/b']) keys.enter(key);
    expect(keys.duplicates).toEqual([{ key: 'a/b', pointer: '/1/a~1b' }]);
  });

  it('refuses more than 100,000 names, and more than 10,000 of them twice', () => {
    const keys = keyLedger();
    keys.open(true);
    for (let count = 0; count < 100_000; count += 1) keys.enter(String(count));
    expect(() => keys.enter('one more')).toThrow(expect.objectContaining({ code: 'too_many_values' }));
    for (let count = 0; count < 10_000; count += 1) keys.enter(String(count));
    expect(keys.duplicates).toHaveLength(10_000);
    expect(() => keys.enter('10000')).toThrow(expect.objectContaining({ code: 'duplicate_key' }));
    keys.enter('9999');
    expect(keys.duplicates).toHaveLength(10_000);
  });
});
