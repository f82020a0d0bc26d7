import { expect, it } from 'vitest';
import { Check } from '../../src/domain/evidence/verification.ts';
import { failed, passed } from '../../src/trust/checks.ts';

it('a check that passed has no code, and one that failed has one', () => {
  expect(passed('log', 'x')).toEqual({ link: 'log', held: true, code: null, detail: 'x' });
  expect(failed('log', 'tlog_error', 'x')).toEqual({ link: 'log', held: false, code: 'tlog_error', detail: 'x' });
  for (const check of [passed('key', ''), failed('key', 'x', '')]) expect(Check.parse(check)).toEqual(check);
});
