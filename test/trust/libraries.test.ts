import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LIBRARIES } from '../../src/trust/libraries.ts';

it('the libraries that verify are named with the versions that package.json pins', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const names = ['@noble/curves', '@sigstore/bundle', '@sigstore/verify'];
  expect(LIBRARIES).toEqual(Object.fromEntries(names.map((name) => [name, dependencies[name]])));
});
