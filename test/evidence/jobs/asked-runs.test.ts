import { describe, expect, it } from 'vitest';
import { askedRuns } from '../../../src/evidence/jobs/asked-runs.ts';

describe('the runs that were asked about', () => {
  it('are taken once, of one tenant, in the order in which they were last asked about', () => {
    const asked = askedRuns();
    for (const run of ['a', 'b', 'c', 'a']) asked.add('one', run);
    asked.add('other', 'd');
    expect(asked.take('one')).toEqual(['b', 'c', 'a']);
    expect(asked.take('one')).toEqual([]);
    expect(asked.take('other')).toEqual(['d']);
    expect(asked.take('unknown')).toEqual([]);
  });

  it('are the latest 1,000 of a tenant', () => {
    const asked = askedRuns();
    for (let run = 0; run < 1_200; run += 1) asked.add('one', String(run));
    asked.add('other', 'd');
    const runs = asked.take('one');
    expect([runs.length, runs[0], runs.at(-1)]).toEqual([1_000, '200', '1199']);
    expect(asked.take('other')).toEqual(['d']);
  });
});
