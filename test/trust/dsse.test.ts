import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/domain/evidence/signed.ts';
import { preAuthEncoding } from '../../src/trust/content.ts';
import { verifyEnvelope } from '../../src/trust/dsse.ts';
import { dsseEnvelope, newKey, pae, type SigningKey } from './signing.ts';
import { codesOf, compiledOf, keyTrust } from './trusted.ts';

const RECEIVED = '2026-06-01T00:00:00.000Z';
const statement = { _type: 'https://in-toto.io/Statement/v1' };
const payload = Buffer.from(JSON.stringify(statement));

/** An envelope as the readers hand it over. */
function read(envelope: ReturnType<typeof dsseEnvelope>): Envelope {
  return {
    payloadType: envelope.payloadType,
    payload: Buffer.from(envelope.payload, 'base64'),
    signatures: envelope.signatures.map(({ sig }) => ({ sig: Buffer.from(sig, 'base64'), certificated: false })),
  };
}

const signed = (...keys: SigningKey[]) => read(dsseEnvelope(statement, keys));
const trusting = (keys: Record<string, SigningKey>, changes: object = {}) =>
  compiledOf(keyTrust(Object.fromEntries(Object.entries(keys).map(([name, { pem }]) => [name, pem])), changes));

/** The checks that hold, or the codes of those that do not. */
function outcome(envelope: Envelope, trust: ReturnType<typeof compiledOf>, receivedAt = RECEIVED): string {
  const { checks } = verifyEnvelope(envelope, receivedAt, trust);
  return checks.every(({ held }) => held) ? checks.map(({ link }) => link).join(' ') : codesOf(checks).join(' ');
}
const WHOLE = 'signature key identity';

describe('an envelope', () => {
  const [one, two, three] = [newKey(), newKey('ed25519'), newKey('rsa-pss')];

  it.each(['p256', 'p256-p1363', 'p384', 'ed25519', 'rsa-pkcs1', 'rsa-pss'] as const)(
    'is of a key of the kind %s that signed it, and tells which and when',
    (kind) => {
      const key = newKey(kind);
      const verified = verifyEnvelope(signed(key), RECEIVED, trusting({ other: newKey(kind), key }));
      expect(verified.checks.map(({ link, held }) => [link, held])).toEqual([
        ['signature', true],
        ['key', true],
        ['identity', true],
      ]);
      const digest = hash('sha256', Buffer.from(key.pem.split('\n').slice(1, -2).join(''), 'base64'), 'hex');
      expect(verified.signers).toEqual([{ trusted_as: 'key', issuer: null, subject: null, key: digest }]);
      expect(verified).toMatchObject({ signedAt: RECEIVED, by: { identities: [], keys: ['key'], claims: null } });
      expect(outcome(signed(newKey(kind)), trusting({ key }))).toBe('key_unknown');
    },
  );

  it('is refused where its payload or its type is another than was signed', () => {
    const envelope = signed(one);
    const trust = trusting({ one });
    for (const change of [
      { payload: Buffer.concat([payload, Buffer.from(' ')]) },
      { payload: payload.subarray(1) },
      { payload: Buffer.alloc(0) },
      ...['application/vnd.in-toto+json ', 'application/vnd.in-toto+jso', '', 'text/plain'].map((payloadType) => ({
        payloadType,
      })),
    ])
      expect(outcome({ ...envelope, ...change }, trust)).toBe('key_unknown');
    expect(outcome(envelope, trust)).toBe(WHOLE);
  });

  it('is of the key that signed it, whatever key id it states', () => {
    const document = dsseEnvelope(statement, [two]);
    const digest = trusting({ one }).keys[0]?.digest ?? '';
    const relabelled = { ...document, signatures: document.signatures.map((each) => ({ ...each, keyid: digest })) };
    expect(outcome(read(relabelled), trusting({ one }))).toBe('key_unknown');
    expect(outcome(read(relabelled), trusting({ one, two }))).toBe(WHOLE);
  });

  it('without a signature is refused, as is one with more than ten', () => {
    const trust = trusting({ one });
    const [signature] = signed(one).signatures as [Envelope['signatures'][0]];
    const outcomeOf = (signatures: Envelope['signatures']) => outcome({ ...signed(one), signatures }, trust);
    const unsigned = { sig: null, certificated: false };
    expect(outcomeOf([])).toBe('signature_missing');
    expect(outcomeOf([unsigned])).toBe('signature_missing');
    expect(outcomeOf([{ ...unsigned, certificated: true }])).toBe('signature_missing');
    expect(outcomeOf([{ ...unsigned, sig: Buffer.alloc(0) }])).toBe('key_unknown');
    expect(outcomeOf([unsigned, signature])).toBe(WHOLE);
    expect(outcomeOf([...Array(9).fill({ ...signature, sig: Buffer.from('x') }), signature])).toBe(WHOLE);
    expect(outcomeOf(Array(11).fill(signature))).toBe('too_many_signatures');
  });

  it('whose signatures cover the payload alone is refused with a code of its own', () => {
    const sig = one.sign(payload);
    expect(outcome({ ...signed(one), signatures: [{ sig, certificated: false }] }, trusting({ one }))).toBe(
      'raw_payload_signature',
    );
    expect(outcome({ ...signed(one), signatures: [{ sig, certificated: false }] }, trusting({ two }))).toBe(
      'key_unknown',
    );
  });

  it('with a certificate beside its signature is refused where no key is its, as nothing proves when it was made', () => {
    const certificated = (envelope: Envelope): Envelope => ({
      ...envelope,
      signatures: envelope.signatures.map((each) => ({ ...each, certificated: true })),
    });
    expect(outcome(certificated(signed(newKey())), trusting({ one }))).toBe('certificate_without_time');
    expect(outcome(certificated(signed(one)), trusting({ one }))).toBe(WHOLE);
  });

  it.each([
    ['2026-01-31T23:59:59.999Z', 'key_not_valid'],
    ['2026-02-01T00:00:00.000Z', WHOLE],
    ['2026-02-28T23:59:59.999Z', WHOLE],
    ['2026-03-01T00:00:00.000Z', 'key_not_valid'],
    ['', 'key_not_valid'],
  ])('received at %j is of a key that was valid then, or refused', (receivedAt, expected) => {
    const valid = { valid_from: '2026-02-01T00:00:00Z', valid_until: '2026-03-01T00:00:00Z' };
    const trust = compiledOf({ keys: [{ name: 'one', pem: one.pem, ...valid }] });
    expect(outcome(signed(one), trust, receivedAt)).toBe(expected);
  });

  const key = ({ pem }: SigningKey, name: string, change: object = {}) => ({
    ...{ name, pem, valid_from: '2026-01-01T00:00:00Z' },
    ...change,
  });
  const twice = [dsseEnvelope(statement, [one, one]), dsseEnvelope(statement, [one])] as const;
  const ended = { valid_until: '2026-05-01T00:00:00Z' };
  it.each<[what: string, envelope: Envelope, expected: string, change?: object]>([
    ['two keys', signed(one, two), WHOLE],
    ['three keys', signed(one, two, three), WHOLE],
    ['two keys and a stranger', signed(one, newKey(), two), WHOLE],
    ['one key', signed(one), 'key_threshold'],
    ['one key twice', read(twice[0]), 'key_threshold'],
    [
      'one signature twice',
      read({ ...twice[1], signatures: [...twice[1].signatures, ...twice[1].signatures] }),
      'key_threshold',
    ],
    ['one key and a stranger', signed(one, newKey()), 'key_threshold'],
    [
      'one key and an empty signature',
      { ...signed(one), signatures: [...signed(one).signatures, { sig: null, certificated: false }] },
      'key_threshold',
    ],
    ['two keys of which one is not valid any more', signed(one, two), 'key_threshold', ended],
    ['three keys of which one is not valid any more', signed(one, two, three), WHOLE, ended],
    ['one key that is not valid any more', signed(one), 'key_not_valid', ended],
    ['nobody', signed(newKey(), newKey()), 'key_unknown'],
  ])('that two keys must have signed, each counted once: %s', (_, envelope, expected, change = {}) => {
    const keys = [key(one, 'one', change), key(two, 'two'), key(three, 'three')];
    expect(outcome(envelope, compiledOf({ keys, key_threshold: 2 }))).toBe(expected);
  });

  it('speaks for those keys alone that were valid', () => {
    const keys = [key(one, 'one', ended), key(two, 'two')];
    const { by, signers, checks } = verifyEnvelope(signed(one, two), RECEIVED, compiledOf({ keys }));
    expect(by.keys).toEqual(['two']);
    expect(signers.map(({ trusted_as }) => trusted_as)).toEqual(['two']);
    // Who signed and does not count is told where it says so.
    expect(checks.find(({ link }) => link === 'key')?.detail).toMatch(/: two; not valid then, and not counted: one$/);
    expect(checks.find(({ link }) => link === 'identity')?.detail).toBe('two');
  });

  it('names nobody as its signer where no key that signed was valid', () => {
    const { checks, signers, by } = verifyEnvelope(
      signed(one),
      RECEIVED,
      compiledOf({ keys: [key(one, 'one', ended)] }),
    );
    expect([signers, by.keys]).toEqual([[], []]);
    expect(checks.map(({ link, held, code }) => [link, held, code])).toEqual([
      ['signature', true, null],
      ['key', false, 'key_not_valid'],
      ['identity', false, 'not_checked'],
    ]);
    expect(checks[1]?.detail).toMatch(/: one$/);
  });

  it('that a key signed by an algorithm that is not accepted for it says so, and which', () => {
    const old = newKey('p384-sha256');
    const reasonOf = (...keys: object[]) =>
      verifyEnvelope(signed(old), RECEIVED, compiledOf({ keys })).checks.find(({ held }) => !held);
    expect(reasonOf(key(one, 'one'), key(old, 'old'))).toMatchObject({ link: 'signature', code: 'hash_not_trusted' });
    expect(reasonOf(key(old, 'old'))?.detail).toMatch(/^Of the key old: .*SHA-256.*\[ES384, ES256\]/);
    expect(reasonOf(key(old, 'old', { algorithms: ['ES384', 'ES256'] }))).toBeUndefined();
    expect(reasonOf(key(newKey('p384'), 'other'))).toMatchObject({ code: 'key_unknown' });
  });

  it('that lacks a key says which one would have counted by another algorithm', () => {
    const old = newKey('p384-sha256');
    const trust = compiledOf({ keys: [key(one, 'one'), key(old, 'old')], key_threshold: 2 });
    const { checks } = verifyEnvelope(signed(one, old), RECEIVED, trust);
    expect(checks.find(({ link }) => link === 'key')).toMatchObject({
      code: 'key_threshold',
      detail: expect.stringMatching(/not counted: Of the key old: .*SHA-256/),
    });
  });

  it('is of no key where none is trusted', () => {
    expect(outcome(signed(one), compiledOf({}))).toBe('key_unknown');
  });

  it('of the kit is encoded as it is verified', () => {
    expect(pae('\u00e4', payload)).toEqual(preAuthEncoding('\u00e4', payload));
  });
});
