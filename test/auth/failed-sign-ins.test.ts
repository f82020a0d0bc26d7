import { describe, expect, it } from 'vitest';
import { failedSignIns } from '../../src/auth/failed-sign-ins.ts';
import { MaestroError } from '../../src/domain/errors.ts';

const WRONG = new MaestroError('token_unknown', 'wrong');

function counted() {
  let at = 1_000_000;
  const failed = failedSignIns(() => new Date(at));
  const fail = (address: string) => failed.refusal(address, WRONG).code;
  const times = (count: number, address: string) => Array.from({ length: count }, () => fail(address));
  return { ...failed, fail, times, pass: (ms: number) => (at += ms) };
}

describe('failed sign-ins', () => {
  it('are refused as what they are 20 times a minute and address, and then as too many', () => {
    const { times, pass } = counted();
    expect(new Set(times(20, 'a'))).toEqual(new Set(['token_unknown']));
    expect(new Set(times(5, 'a'))).toEqual(new Set(['too_many_sign_ins']));
    expect(times(1, 'b')).toEqual(['token_unknown']);
    pass(59_999);
    expect(times(1, 'a')).toEqual(['too_many_sign_ins']);
    pass(1);
    expect(times(21, 'a').indexOf('too_many_sign_ins')).toBe(20);
  });

  it('are counted anew where the clock was set back', () => {
    const { times, pass } = counted();
    times(30, 'a');
    pass(-3_600_000);
    expect(times(1, 'a')).toEqual(['token_unknown']);
  });

  it('of a million addresses are remembered for 10,000, the latest', () => {
    const { fail, times, size } = counted();
    times(30, 'first');
    for (let at = 0; at < 9_999; at += 1) fail(`address ${at}`);
    expect(fail('first')).toBe('too_many_sign_ins');
    for (let at = 0; at < 100_000; at += 1) fail(`other ${at}`);
    expect(size()).toBe(10_000);
    expect(fail('first')).toBe('token_unknown');
  });
});
