import { expect, it } from 'vitest';
import { joinNamed } from '../../src/start/join-named.ts';

it('parts are joined in their order, each name with its type', () => {
  const joined = joinNamed('setting', [{ HOST: 'a', PORT: 1 }, {}, { LEVEL: true }]);
  const { PORT, LEVEL }: { PORT: number; LEVEL: boolean } = joined;
  expect([PORT, LEVEL]).toEqual([1, true]);
  expect(Object.keys(joined)).toEqual(['HOST', 'PORT', 'LEVEL']);
});

it('a name that occurs in two parts is refused', () => {
  expect(() => joinNamed('setting', [{ HOST: 'a' }, { PORT: 1 }, { HOST: 'b' }])).toThrow(
    'The setting HOST is declared twice',
  );
});
