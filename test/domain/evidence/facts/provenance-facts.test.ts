import { expect, it } from 'vitest';
import { ProvenanceFacts, VsaFacts } from '../../../../src/domain/evidence/facts/provenance-facts.ts';
import { PROVENANCE_FACTS } from '../../attestations.ts';

it('the facts of a provenance hold parameters of any shape, and their source may be unknown', () => {
  for (const parameters of [null, {}, [1], 'text'])
    expect(ProvenanceFacts.parse({ ...PROVENANCE_FACTS, parameters })).toEqual({ ...PROVENANCE_FACTS, parameters });
  expect(ProvenanceFacts.safeParse({ ...PROVENANCE_FACTS, source: null }).success).toBe(false);
  expect(ProvenanceFacts.safeParse({ ...PROVENANCE_FACTS, slsa: 'yes' }).success).toBe(false);
});

it('the facts of a verification summary hold its result in its own words', () => {
  const facts = {
    kind: 'vsa',
    verifier_id: null,
    time_verified: null,
    resource_uri: null,
    policy_uri: null,
    result: 'FAILED',
    levels: ['SLSA_BUILD_LEVEL_3'],
    slsa_version: '1.0',
  };
  expect(VsaFacts.parse(facts)).toEqual(facts);
  expect(VsaFacts.safeParse({ ...facts, levels: 'SLSA_BUILD_LEVEL_3' }).success).toBe(false);
});
