import { describe, expect, it } from 'vitest';
import { escapePointer } from '../../src/json/pointer.ts';

describe('a key in a JSON Pointer', () => {
  it('has ~ and / escaped as RFC 6901 says', () => {
    expect(['a/b', 'm~n', '~1', '/~', '', ' ', '"', '\\'].map(escapePointer)).toEqual([
      ...['a~1b', 'm~0n', '~01', '~1~0', '', ' ', '"', '\\'],
    ]);
  });

  it('holds no lone surrogate', () => {
    expect(escapePointer('a\ud800/')).toBe('a\ufffd~1');
  });
});
