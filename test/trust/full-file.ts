// A trust file that has every field, and the parts that it is made of.
import { readTrustPolicy, type TrustPolicy } from '../../src/trust/trust-policy.ts';
import { newInstance, newKey } from './signing.ts';
import { GITHUB, SIGNER, SINCE, SOURCE } from './trusted.ts';

export const { root } = await newInstance({ withTimestampAuthority: true });
export const [one, two] = [newKey(), newKey('rsa-pkcs1')];
export const FROM = '2026-01-01T00:00:00.000Z';
export const key = { name: 'one', pem: one.pem, valid_from: FROM };
export const entry = { name: 'acme', trusted_root: root };
export const identity = { name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject };

/** Every field, set to something other than its default. */
export const FULL = {
  public_good: true,
  npm: true,
  roots: [entry],
  keys: [
    { ...key, valid_until: '2027-01-01T00:00:00.000Z', predicate_types: ['https://slsa.dev/provenance/v1'] },
    { name: 'two', pem: two.pem, algorithms: ['RS256'], valid_from: FROM },
  ],
  key_threshold: 2,
  identities: [{ ...identity, predicate_types: ['https://slsa.dev/provenance/v1'] }],
  builders: [{ id: SIGNER.subject, identities: ['release'], keys: ['one'], delegated: true }],
  sources: [{ repository: SOURCE, refs: ['refs/heads/main'] }],
};

/** The policy of a trust file: its text, or an object as JSON. */
export const read = (file: unknown): TrustPolicy =>
  readTrustPolicy(typeof file === 'string' ? file : JSON.stringify(file), SINCE);
