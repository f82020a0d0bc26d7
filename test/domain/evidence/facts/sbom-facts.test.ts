import { expect, it } from 'vitest';
import { SbomFacts } from '../../../../src/domain/evidence/facts/sbom-facts.ts';
import { A_READING } from '../../rows.ts';

it('the facts of an SBOM may lack what older readers left out, and nothing else', () => {
  const facts = A_READING.facts as SbomFacts;
  expect(SbomFacts.parse(facts)).toEqual(facts);
  expect(SbomFacts.parse({ ...facts, author: null, disqualified: 'nothing_named' })).toMatchObject({ author: null });
  for (const key of Object.keys(facts)) {
    const { [key as keyof SbomFacts]: _, ...rest } = facts;
    expect(SbomFacts.safeParse(rest).success, key).toBe(false);
  }
});

it('each minimum element of an SBOM is met or not', () => {
  const facts = A_READING.facts as SbomFacts;
  const ntia = { ...facts.ntia, timestamp: null };
  expect(SbomFacts.safeParse({ ...facts, ntia }).success).toBe(false);
});
