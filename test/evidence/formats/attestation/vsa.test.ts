import { expect, test } from 'vitest';
import { codes, read, statement } from './attested.ts';

const PREDICATE = {
  verifier: { id: 'https://verifier.example' },
  timeVerified: '2026-01-31T10:05:00Z',
  resourceUri: 'pkg:npm/app',
  policy: { uri: 'https://policy.example' },
  verificationResult: 'PASSED',
  verifiedLevels: ['SLSA_BUILD_LEVEL_3', 'ACME_1'],
  slsaVersion: '1.0',
};

const summary = (predicate: unknown, version = 'v1') =>
  read(statement({ predicateType: `https://slsa.dev/verification_summary/${version}`, predicate }));

test('a verification summary is read, and what it is about', async () => {
  const reading = await summary(PREDICATE);
  expect(reading).toMatchObject({ kind: 'vsa', format: 'intoto-statement', subjects_total: 1, valid: true });
  expect(reading.facts).toEqual({
    kind: 'vsa',
    verifier_id: 'https://verifier.example',
    time_verified: '2026-01-31T10:05:00Z',
    resource_uri: 'pkg:npm/app',
    policy_uri: 'https://policy.example',
    result: 'PASSED',
    levels: ['SLSA_BUILD_LEVEL_3', 'ACME_1'],
    slsa_version: '1.0',
  });
});

test('a summary that failed is valid and says so', async () => {
  const reading = await summary({ ...PREDICATE, verificationResult: 'FAILED' });
  expect(reading.valid).toBe(true);
  expect(reading.facts).toMatchObject({ result: 'FAILED' });
});

test('the versions before v1 have other names for the same', async () => {
  const first = {
    verifier: { id: 'v' },
    time_verified: 't',
    resource_uri: 'r',
    verification_result: 'PASSED',
    policy_level: 'SLSA_LEVEL_3',
  };
  expect((await summary(first, 'v0.1')).facts).toMatchObject({
    time_verified: 't',
    resource_uri: 'r',
    result: 'PASSED',
    levels: ['SLSA_LEVEL_3'],
  });
  expect((await summary({ ...PREDICATE, policyLevel: 'SLSA_LEVEL_2' }, 'v0.2')).facts).toMatchObject({
    levels: ['SLSA_LEVEL_2'],
  });
});

test('of a version that is not known nothing is taken', async () => {
  const reading = await summary(PREDICATE, 'v2');
  expect(reading).toMatchObject({ kind: 'vsa', valid: false, facts: { verifier_id: null, result: null, levels: [] } });
  expect(codes(reading)).toEqual(['error unknown_version']);
});

test('what makes a summary worth nothing is an error', async () => {
  expect(codes(await summary({ ...PREDICATE, verificationResult: 'passed' }))).toEqual(['error vsa_result']);
  expect(codes(await summary({ ...PREDICATE, verifier: 'me' }))).toEqual(['error vsa_verifier']);
  expect(codes(await summary({ ...PREDICATE, verifiedLevels: [3, 'A'] }))).toEqual(['error vsa_levels']);
  expect(codes(await summary({ ...PREDICATE, policy: null, resourceUri: 1 }))).toEqual([
    'warning vsa_resource',
    'warning vsa_policy',
  ]);
  const many = await summary({ ...PREDICATE, verifiedLevels: Array.from({ length: 300 }, (_, index) => `L${index}`) });
  expect(many.facts?.kind === 'vsa' && many.facts.levels.length).toBe(100);
});
