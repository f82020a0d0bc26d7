import { expect, it } from 'vitest';
import { VERIFIER } from '../../../src/domain/evidence/verifier.ts';

it('the verifier is named with a number that can go up', () => {
  expect(VERIFIER).toMatch(/^maestro\/[1-9]\d*$/);
});
