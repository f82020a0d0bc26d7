import { expect, it } from 'vitest';
import { LIMITS } from '../../src/evidence/limits.ts';
import { unpack } from '../../src/evidence/unpack.ts';

const lists = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));

it('a document may be as deep as the limit says, and no deeper', () => {
  expect(unpack(lists(LIMITS.maxDepth), LIMITS).document?.shape).toBe('json');
  expect(() => unpack(lists(LIMITS.maxDepth + 1), LIMITS)).toThrow(/deep|levels|nest/i);
});
