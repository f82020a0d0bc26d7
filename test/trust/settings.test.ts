import { expect, it } from 'vitest';
import { LEVELS } from '../../src/domain/gate/flag.ts';
import { TRUST_SETTINGS } from '../../src/trust/settings.ts';

it('the gate asks for any level of evidence and no other word, and for the lowest where nothing is set', () => {
  const { GATE_MINIMUM_LEVEL } = TRUST_SETTINGS;
  expect(LEVELS.map((level) => GATE_MINIMUM_LEVEL.parse(level))).toEqual(LEVELS);
  expect(GATE_MINIMUM_LEVEL.parse(undefined)).toBe('asserted');
  for (const bad of ['VERIFIED', 'none', '', '2', ' verified'])
    expect(GATE_MINIMUM_LEVEL.safeParse(bad).success).toBe(false);
});
