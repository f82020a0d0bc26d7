import { expect, it } from 'vitest';
import { flag, oneOf, whole } from '../../src/domain/setting.ts';

it('a whole number is taken in plain decimal digits and within its bounds, or has its default', () => {
  const setting = whole(1, 10, 5);
  expect(['1', '10', '007'].map((text) => setting.parse(text))).toEqual([1, 10, 7]);
  expect(setting.parse(undefined)).toBe(5);
  for (const bad of ['0', '11', '-1', '1.5', '1e1', '0x1', ' 1', '', 'one', '9'.repeat(16)])
    expect(setting.safeParse(bad).success, bad).toBe(false);
});

it('a flag is true or false, and no other word', () => {
  expect(['true', 'false'].map((word) => flag('false').parse(word))).toEqual([true, false]);
  expect([flag('true').parse(undefined), flag('false').parse(undefined)]).toEqual([true, false]);
  for (const bad of ['TRUE', '1', '0', 'yes', '', ' true'])
    expect(flag('true').safeParse(bad).success, bad).toBe(false);
});

it('one of several words is refused with all of them', () => {
  const setting = oneOf(['low', 'high'], 'low');
  expect([setting.parse('high'), setting.parse(undefined)]).toEqual(['high', 'low']);
  expect(setting.safeParse('LOW').error?.issues[0]?.message).toBe('must be one of low, high');
});
