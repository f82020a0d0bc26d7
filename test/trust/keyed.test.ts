import { createPublicKey, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bundle, entryOf, flipped, outcomeOf, plain, STATEMENT, stranger, withMaterial } from './bundles.ts';
import { newKey } from './signing.ts';
import { GITHUB, keyTrust, outcome, SIGNER, verifiedOne } from './trusted.ts';

describe('a bundle signed with a key', async () => {
  const key = newKey();
  const document = await plain.signStatementWithKey(STATEMENT, key);
  const roots = [{ name: 'acme', trusted_root: plain.root }];
  const trust = (changes: object = {}, pems: Record<string, string> = { key: key.pem }) =>
    keyTrust(pems, { roots, ...changes });
  const valid = (from: string, until?: string) =>
    trust({ keys: [{ name: 'key', pem: key.pem, valid_from: from, valid_until: until }] });

  it('passes where the key is trusted, whatever it hints at', async () => {
    const digest = hash('sha256', createPublicKey(key.pem).export({ type: 'spki', format: 'der' }), 'hex');
    const one = await verifiedOne(document, trust({}, { other: newKey().pem, key: key.pem }));
    expect(outcome(one)).toBe('passed');
    expect(one.signers).toEqual([{ trusted_as: 'key', issuer: null, subject: null, key: digest }]);
    expect(one.claims).toBeNull();
    for (const hint of ['', 'other'])
      expect(await outcomeOf(withMaterial({ publicKey: { hint } }, document), trust())).toBe('passed');
  });

  it('is refused where its key is not trusted, or was not valid when it was logged, or no root is trusted', async () => {
    expect(await outcomeOf(document, trust({}, { other: newKey().pem }))).toMatch(/^key_unknown/);
    expect(await outcomeOf(document, keyTrust({ key: key.pem }))).toMatch(/^no_root/);
    expect(
      await outcomeOf(document, keyTrust({ key: key.pem }, { roots: [{ name: 'x', trusted_root: stranger.root }] })),
    ).toMatch(/^tlog_/);
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    expect(await outcomeOf(document, valid(at(-2), at(1)))).toBe('passed');
    expect(await outcomeOf(document, valid(at(-2), at(-1)))).toMatch(/^public_key_error/);
    expect(await outcomeOf(document, valid(at(1)))).toMatch(/^public_key_error/);
  });

  it('is valid by the time of the log, not by when it was received', async () => {
    for (const received of ['2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'])
      expect(outcome(await verifiedOne(document, trust(), received))).toBe('passed');
  });

  it('is refused where two keys must have signed', async () => {
    const pems = { key: key.pem, other: newKey().pem };
    expect(await outcomeOf(document, trust({ key_threshold: 2 }, pems))).toContain('key_threshold');
  });

  it('is refused where its entry of the log is of another key', async () => {
    const stolen = {
      ...document,
      verificationMaterial: { ...document.verificationMaterial, tlogEntries: [entryOf(bundle)] },
    };
    expect(await outcomeOf(stolen, trust())).toMatch(/^tlog_body_error/);
  });

  it('is no bundle with a certificate, nor is one of those signed with a key', async () => {
    const { publicKey } = document.verificationMaterial;
    const { certificate } = bundle.verificationMaterial;
    const both = {
      ...trust(),
      identities: [{ name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject }],
    };
    expect(await outcomeOf(withMaterial({ certificate: undefined, publicKey }), both)).toMatch(/^key_unknown/);
    expect(await outcomeOf(withMaterial({ publicKey: undefined, certificate }, document), both)).not.toBe('passed');
    expect(await outcomeOf(withMaterial({ publicKey }), both)).not.toBe('passed');
  });

  it.each(['p256', 'p256-p1363', 'p384', 'p384-p1363', 'ed25519', 'rsa-pkcs1', 'rsa-pss', 'rsa-pss-max'] as const)(
    'of the kind %s passes with its key, and with no other',
    async (kind) => {
      const [one, other] = [newKey(kind), newKey(kind)];
      const signed = await plain.signStatementWithKey(STATEMENT, one);
      expect(await outcomeOf(signed, trust({}, { one: one.pem }))).toBe('passed');
      expect(await outcomeOf(signed, trust({}, { other: other.pem }))).toMatch(/^key_unknown/);
    },
  );

  it('of RSA is refused if other algorithms are accepted for the key', async () => {
    const { pem, ...rsa } = newKey('rsa-pkcs1');
    const signed = await plain.signStatementWithKey(STATEMENT, { pem, ...rsa });
    const taken = (...algorithms: string[]) =>
      outcomeOf(signed, trust({ keys: [{ name: 'key', pem, algorithms, valid_from: '2026-01-01T00:00:00Z' }] }));
    expect(await taken('RS256')).toBe('passed');
    expect(await taken('PS256', 'RS512')).toBe('algorithm_not_trusted');
  });

  it('of P-384 is by SHA-384, and by SHA-256 if that is accepted for the key', async () => {
    const old = newKey('p384-sha256');
    const signed = await plain.signStatementWithKey(STATEMENT, old);
    const taken = (algorithms?: string[]) =>
      verifiedOne(
        signed,
        trust({ keys: [{ name: 'key', pem: old.pem, algorithms, valid_from: '2026-01-01T00:00:00Z' }] }),
      );
    expect(outcome(await taken())).toBe('hash_not_trusted');
    expect((await taken()).links.find(({ code }) => code === 'hash_not_trusted')?.detail).toMatch(
      /^Of the key key: .*SHA-256.*\[ES384, ES256\]/,
    );
    expect(outcome(await taken(['ES384', 'ES256']))).toBe('passed');
  });

  it('is refused with the key that its entry in the log is of, where the signature is not good or the key unknown', async () => {
    const { signatures } = document.dsseEnvelope;
    const broken = {
      ...document.dsseEnvelope,
      signatures: [{ ...signatures[0], sig: flipped(signatures[0]?.sig ?? '') }],
    };
    expect(await outcomeOf({ ...document, dsseEnvelope: broken }, trust())).toMatch(/^signature_error/);
    const unknown = await verifiedOne(document, trust({}, { other: newKey().pem }));
    const digest = hash('sha256', createPublicKey(key.pem).export({ type: 'spki', format: 'der' }), 'hex');
    expect(unknown.links.find(({ code }) => code === 'key_unknown')?.detail).toContain(digest);
  });
});

describe('a signature over bytes by a key', () => {
  const bytes = Buffer.from('bytes');
  const roots = [{ name: 'acme', trusted_root: plain.root }];
  const taken = (pem: string, algorithms?: string[]) => ({
    roots,
    keys: [{ name: 'key', pem, algorithms, valid_from: '2026-01-01T00:00:00Z' }],
  });

  it.each([
    ['p256', 'SHA2_256'],
    ['p256-p1363', 'SHA2_256'],
    ['p384', 'SHA2_384'],
    ['rsa-pkcs1', 'SHA2_256'],
  ] as const)('of the kind %s passes with its key, and with no other', async (kind, algorithm) => {
    const [one, other] = [newKey(kind), newKey(kind)];
    const document = await plain.signMessageWithKey(bytes, one, algorithm);
    expect(await outcomeOf(document, taken(one.pem))).toBe('passed');
    expect(await outcomeOf(document, taken(other.pem))).toMatch(/^key_unknown/);
    const { messageDigest, signature } = document.messageSignature;
    const moved = { messageDigest: { ...messageDigest, digest: flipped(messageDigest.digest) }, signature };
    expect(await outcomeOf({ ...document, messageSignature: moved }, taken(one.pem))).not.toBe('passed');
  });

  it('of P-384 with SHA-256 is accepted if it is for the key, and else refused with the hash', async () => {
    const key = newKey('p384-sha256');
    const document = await plain.signMessageWithKey(bytes, key);
    expect(await outcomeOf(document, taken(key.pem))).toBe('hash_not_trusted');
    expect(await outcomeOf(document, taken(key.pem, ['ES256']))).toBe('passed');
  });

  it.each([
    ['ed25519', 'key_type_unsupported'],
    ['rsa-pss', 'signature_error'],
  ] as const)('of the kind %s is refused, and the refusal says why', async (kind, code) => {
    const key = newKey(kind);
    expect(await outcomeOf(await plain.signMessageWithKey(bytes, key), taken(key.pem))).toBe(code);
  });
});
