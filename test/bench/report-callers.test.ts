import { describe, expect, it } from 'vitest';
import { QUICK } from './plan.ts';
import { callersReport } from './report-callers.ts';

const sample = (cpuMicros: number) => [{ cpuMicros, perSecond: 10_000, p50Ms: 1, p99Ms: 2 }];
const byCaller = (token: number, idToken: number, amongMany: number) => ({
  none: sample(100),
  token: sample(token),
  idToken: sample(idToken),
  amongMany: sample(amongMany),
});
const sights = (ms: number) => [
  { algorithm: 'RS256' as const, first: [{ cpuMs: ms, p50Ms: ms }], seen: [{ cpuMs: 0.1, p50Ms: 0.1 }] },
];
const [fast, slow] = [byCaller(107, 111, 112), byCaller(108, 112, 114)];

describe('the figures of callers', () => {
  it('meet a floor that they just reach', () => {
    const text = callersReport(QUICK, { memory: fast, postgres: fast, sights: sights(1) });
    expect(text.match(/ met \|/g)).toHaveLength(8);
    expect(text).not.toContain('missed');
  });

  it('miss a floor that they do not quite reach, on memory and on PostgreSQL', () => {
    const text = callersReport(QUICK, { memory: slow, postgres: slow, sights: sights(1.01) });
    expect(text.match(/ \*\*missed\*\* \|/g)).toHaveLength(8);
    expect(text).not.toContain(' met ');
  });
});
