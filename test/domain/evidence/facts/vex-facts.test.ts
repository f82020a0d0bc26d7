import { expect, it } from 'vitest';
import { AdvisoryFacts, VexFacts } from '../../../../src/domain/evidence/facts/vex-facts.ts';

it('the facts of a VEX count its statements by any status', () => {
  const facts = { kind: 'vex', statements: 2, by_status: { fixed: 1, odd: 1 }, author: null, created: null };
  expect(VexFacts.parse(facts)).toEqual(facts);
  expect(VexFacts.safeParse({ ...facts, statements: null }).success).toBe(false);
});

it('the facts of an advisory are never a reason why it earns no flag, as no advisory earns one', () => {
  const facts = { kind: 'advisory', category: null, title: null, publisher: null, vulnerabilities: 1, created: null };
  expect(AdvisoryFacts.parse({ ...facts, disqualified: 'failed' })).toEqual(facts);
});
