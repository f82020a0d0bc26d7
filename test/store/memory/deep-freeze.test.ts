import { expect, it } from 'vitest';
import { deepFreeze } from '../../../src/store/memory/deep-freeze.ts';

it('freezes every object and list within a value, and returns the value itself', () => {
  const value = { list: [{ deep: { text: 'x' } }], nothing: null };
  expect(deepFreeze(value)).toBe(value);
  for (const part of [value, value.list, value.list[0], value.list[0]?.deep]) expect(Object.isFrozen(part)).toBe(true);
  expect(deepFreeze('text')).toBe('text');
});
