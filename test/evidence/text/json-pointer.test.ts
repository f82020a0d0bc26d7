import { describe, expect, it } from 'vitest';
import { escapePointer } from '../../../src/evidence/text/json-pointer.ts';

describe('escapePointer', () => {
  it('escapes what separates tokens', () => {
    expect(escapePointer('a/b~c')).toBe('a~1b~0c');
  });
});
