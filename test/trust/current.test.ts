import { describe, expect, it } from 'vitest';
import { openTrust } from '../../src/trust/current.ts';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';

/** What is trusted, by a file and a clock that the test sets. */
function opened(text: string | null) {
  const state = { text, hour: 0 };
  const source = () => {
    if (state.text === null) throw new Error('ENOENT: no such file');
    return state.text;
  };
  const trust = openTrust(source, () => new Date(Date.UTC(2026, 0, 1, state.hour)));
  const set = (text: string | null) => {
    state.text = text;
    state.hour += 1;
  };
  return { ...trust, set };
}

const ONE = '{"sources":[{"repository":"https://github.com/acme/one"}]}';
const TWO = '{"sources":[{"repository":"https://github.com/acme/two"}]}';
const at = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;

describe('what is trusted now', () => {
  it('is what the source says, since it was read', () => {
    const trust = opened(ONE);
    expect(trust.current()).toEqual(readTrustPolicy(ONE, at(0)));
    expect(trust.lastError()).toBeNull();
  });

  it('is nothing without a source, however often it is read', () => {
    const trust = openTrust(null, () => new Date(at(0)));
    expect(trust.reload()).toBe(false);
    expect(trust.current()).toEqual(readTrustPolicy(null, at(0)));
  });

  it('cannot be opened by a source that is bad or missing', () => {
    expect(() => opened('{"anyone":true}')).toThrow('anyone');
    expect(() => opened(null)).toThrow('ENOENT');
  });

  it('is another after it was read again, and reports that', () => {
    const trust = opened(ONE);
    trust.set(TWO);
    expect(trust.current()).toEqual(readTrustPolicy(ONE, at(0)));
    expect(trust.reload()).toBe(true);
    expect(trust.current()).toEqual(readTrustPolicy(TWO, at(1)));
    expect(trust.reload()).toBe(false);
  });

  it('is the same, since the same time, where only the layout changed', () => {
    const trust = opened(ONE);
    trust.set(`# reviewed\n${JSON.stringify(JSON.parse(ONE), null, 2)}`);
    expect(trust.reload()).toBe(false);
    expect(trust.current()).toEqual(readTrustPolicy(ONE, at(0)));
  });

  it.each([
    ['bad', '{"anyone":true}', 'anyone'],
    ['cut off', ONE.slice(0, -3), 'neither YAML nor JSON'],
    ['missing', null, 'ENOENT'],
  ])('stays where the source is %s, and tells why until it is good again', (_, text, why) => {
    const trust = opened(ONE);
    trust.set(text);
    expect(() => trust.reload()).toThrow(why);
    expect(trust.current()).toEqual(readTrustPolicy(ONE, at(0)));
    expect(trust.lastError()).toContain(why);
    trust.set(ONE);
    expect(trust.reload()).toBe(false);
    expect(trust.lastError()).toBeNull();
    trust.set(text);
    expect(() => trust.reload()).toThrow(why);
    trust.set(TWO);
    expect(trust.reload()).toBe(true);
    expect([trust.lastError(), trust.current().since]).toEqual([null, at(4)]);
  });
});
