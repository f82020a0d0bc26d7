import { describe, expect, it } from 'vitest';
import { allowedBy, countedSigners, isKnown, NOBODY } from '../../src/trust/signed-by.ts';
import { holder, holders } from './claimed.ts';
import { newKey } from './signing.ts';
import { compiledOf, GITHUB, SIGNER } from './trusted.ts';

const SLSA = 'https://slsa.dev/provenance/v1';
const key = (name: string, changes: object = {}) => ({
  ...{ name, pem: newKey().pem, valid_from: '2026-01-01T00:00:00Z' },
  ...changes,
});
const trust = compiledOf({
  public_good: true,
  keys: [key('one'), key('two', { predicate_types: [SLSA] }), key('three', { vouches_for: ['sbom'] })],
  identities: [{ name: 'release', issuer: GITHUB, subject: SIGNER.subject, predicate_types: [SLSA] }],
});

describe('those who signed', () => {
  it('are known if anybody of the policy is among them', () => {
    expect([NOBODY, holders(), holder({}, { identities: [] })].map(isKnown)).toEqual([false, false, false]);
    expect([holders('one'), holder()].map(isKnown)).toEqual([true, true]);
  });

  it('may sign a type of predicate, and count for what they vouch for', () => {
    const all = holders('one', 'two', 'three', 'stranger');
    expect(allowedBy(all, SLSA, null, trust).keys).toEqual(['one', 'two', 'three']);
    expect(allowedBy(all, SLSA, 'provenance', trust).keys).toEqual(['one', 'two']);
    expect(allowedBy(all, 'https://cyclonedx.org/bom', 'sbom', trust).keys).toEqual(['one', 'three']);
    // A signature over bytes has no predicate.
    expect(allowedBy(all, null, null, trust).keys).toEqual(['one', 'three']);
    expect(allowedBy(holder(), SLSA, null, trust)).toMatchObject({ identities: ['release'], exact: ['release'] });
    expect(allowedBy(holder(), null, null, trust)).toMatchObject({ identities: [], exact: [] });
  });

  it('are shown by the names under which they count, and without a name if none of them does', () => {
    const signers = ['one', 'two'].map((name) => ({ trusted_as: name, issuer: null, subject: null, key: name }));
    expect(countedSigners(signers, holders('two')).map(({ key }) => key)).toEqual(['two']);
    const nameless = signers.map((one) => ({ ...one, trusted_as: null }));
    expect(countedSigners(signers, NOBODY)).toEqual(nameless);
    const certified = [{ trusted_as: 'release', issuer: GITHUB, subject: SIGNER.subject, key: null }];
    expect(countedSigners(certified, holder({}, { identities: ['other'] }))).toEqual([
      { ...certified[0], trusted_as: 'other' },
    ]);
    expect(countedSigners(certified, NOBODY)).toEqual([{ ...certified[0], trusted_as: null }]);
  });
});
