import { createPublicKey, hash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../src/domain/verification.ts';
import {
  type DsseBundle,
  githubProvenance,
  type InstanceOptions,
  newInstance,
  newKey,
  pae,
  type SigstoreInstance,
  sbomStatement,
} from './signing.ts';
import {
  ARTIFACT,
  GITHUB,
  keyTrust,
  outcome,
  REPOSITORY,
  releaseTrust,
  SIGNER,
  verified,
  verifiedOne,
} from './trusted.ts';

const STATEMENT = githubProvenance(REPOSITORY, ARTIFACT);
const [plain, stamped, stranger] = [
  await newInstance(),
  await newInstance({ withTimestampAuthority: true }),
  await newInstance({ withTimestampAuthority: true }),
];
const bundle = await plain.signStatement(STATEMENT, SIGNER);
const stampedBundle = await stamped.signStatement(STATEMENT, SIGNER);
const TRUST = releaseTrust(plain.root);

const outcomeOf = async (document: unknown, trust: object = TRUST) => outcome(await verifiedOne(document, trust));
const entryOf = ({ verificationMaterial }: DsseBundle) => verificationMaterial.tlogEntries[0] as Entry;
type Entry = DsseBundle['verificationMaterial']['tlogEntries'][number];

/** A bundle with other material to verify it with. */
const withMaterial = (changes: object, one: DsseBundle = bundle) => ({
  ...one,
  verificationMaterial: { ...one.verificationMaterial, ...changes },
});
type Changes = { [Name in keyof Entry]?: Entry[Name] | undefined };
const withEntry = (changes: Changes, one: DsseBundle = bundle) =>
  withMaterial({ tlogEntries: [{ ...entryOf(one), ...changes }] }, one);

/** Base64 with one bit of its last byte but one flipped. */
function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const at = bytes.length - 2;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
}

describe('a bundle', () => {
  it.each([
    ['without a timestamp authority', plain, bundle],
    ['with one', stamped, stampedBundle],
  ])('of an instance %s is whole, and tells who signed and when', async (_, { root }, document) => {
    const { links, signers, signed_at, claims } = await verifiedOne(document, releaseTrust(root));
    const held = ['signature', 'certificate', 'log', 'timestamp', 'identity', 'payload_type', 'predicate_type'];
    expect(links.map(({ link, held }) => [link, held])).toEqual(
      [...held, 'builder', 'source'].map((one) => [one, true]),
    );
    expect(signers).toEqual([{ trusted_as: 'release', issuer: GITHUB, subject: SIGNER.subject, key: null }]);
    // The earliest of its times: the authority may have stamped it in the second before it was logged.
    const [signed, logged] = [Date.parse(signed_at ?? ''), Number(entryOf(document).integratedTime) * 1_000];
    expect(logged - signed).toBeGreaterThanOrEqual(0);
    expect(logged - signed).toBeLessThan(document === stampedBundle ? 60_000 : 1);
    expect(claims).toMatchObject({ source_repository: SIGNER.claims.source_repository, run: SIGNER.claims.run });
  });

  it.each(['0.1', '0.2'])('of version %s, with a chain of certificates, is whole', async (version) => {
    const { certificate, tlogEntries } = bundle.verificationMaterial;
    const old = {
      mediaType: `application/vnd.dev.sigstore.bundle+json;version=${version}`,
      verificationMaterial: { x509CertificateChain: { certificates: [certificate] }, tlogEntries },
    };
    expect(await outcomeOf({ ...bundle, ...old })).toBe('whole');
    const { raw } = new X509Certificate(await stranger.certificate(SIGNER));
    const certificates = [{ rawBytes: raw.toString('base64') }, certificate];
    const other = { x509CertificateChain: { certificates }, tlogEntries };
    expect(await outcomeOf({ ...bundle, ...old, verificationMaterial: other })).toMatch(/^certificate_error/);
  });

  const firstVersion = (inclusionProof: unknown, one: DsseBundle = bundle, certificates?: object[]) => {
    const { certificate, tlogEntries } = one.verificationMaterial;
    const [entry] = tlogEntries;
    return {
      ...one,
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
      verificationMaterial: {
        x509CertificateChain: { certificates: certificates ?? [certificate] },
        tlogEntries: [{ ...entry, inclusionProof }],
      },
    };
  };
  const { checkpoint: _, ...unsealed } = entryOf(bundle).inclusionProof;

  it.each([
    ['no proof', undefined],
    ['a proof without a checkpoint', unsealed],
    ['one whose checkpoint is null', { ...unsealed, checkpoint: null }],
    ['one whose checkpoint is empty', { ...unsealed, checkpoint: { envelope: '' } }],
    ['one with nothing in it', {}],
  ])('of version 0.1 whose entry has %s is whole by the promise of the log', async (_what, proof) => {
    expect(await outcomeOf(firstVersion(proof))).toBe('whole');
    const promise = { signedEntryTimestamp: flipped(entryOf(bundle).inclusionPromise.signedEntryTimestamp) };
    const broken = withEntry({ inclusionPromise: promise });
    expect(await outcomeOf(firstVersion(proof, broken as DsseBundle))).toMatch(/^tlog_inclusion_promise_error/);
    const none = withEntry({ inclusionPromise: undefined });
    expect(await outcomeOf(firstVersion(proof, none as DsseBundle))).toMatch(/^bundle_invalid/);
    expect(await outcomeOf(firstVersion(proof, await stranger.signStatement(STATEMENT, SIGNER)))).not.toBe('whole');
  });

  it('of version 0.1 with a checkpoint that is not the right one is refused, though it has a promise', async () => {
    for (const envelope of ['x', 'x\n\n', entryOf(stampedBundle).inclusionProof.checkpoint.envelope])
      expect(await outcomeOf(firstVersion({ ...unsealed, checkpoint: { envelope } }))).toMatch(/^tlog_inclusion_proof/);
  });

  it('of a later version without a checkpoint is refused, and the refusal names it', async () => {
    const one = await verifiedOne(withEntry({ inclusionProof: unsealed as never }), TRUST);
    expect(outcome(one)).toBe('bundle_invalid');
    expect(one.links.find(({ code }) => code === 'bundle_invalid')?.detail).toContain('inclusionProof.checkpoint');
  });

  it('of version 0.1 with neither checkpoint nor a chain without its root is refused', async () => {
    const root = plain.root.certificateAuthorities[0]?.certChain.certificates[0] as object;
    const { certificate } = bundle.verificationMaterial;
    const chain = [certificate as object, root];
    expect(await outcomeOf(firstVersion(unsealed, bundle, chain))).toBe('root_in_bundle');
    expect(await outcomeOf(firstVersion(entryOf(bundle).inclusionProof, bundle, chain))).toBe('whole');
  });

  it('is refused without roots, under those of another instance, and by a name that means another root', async () => {
    const both = [
      { name: 'acme', trusted_root: stranger.root },
      { name: 'other', trusted_root: plain.root },
    ];
    expect(await outcomeOf(bundle, releaseTrust(plain.root, { roots: [], identities: [], builders: [] }))).toMatch(
      /^no_root/,
    );
    expect(await outcomeOf(bundle, releaseTrust(stranger.root))).toMatch(/^certificate_error/);
    expect(await outcomeOf(bundle, releaseTrust(plain.root, { roots: both }))).toMatch(/^identity_unknown/);
    const other = [{ name: 'release', root: 'other', issuer: GITHUB, subject: SIGNER.subject }];
    expect(await outcomeOf(bundle, releaseTrust(plain.root, { roots: both, identities: other }))).toBe('whole');
  });

  it.each(['tlogs', 'ctlogs', 'certificateAuthorities'] as const)(
    'is refused where the root has the %s of another',
    async (what) => {
      const { root } = plain;
      expect(await outcomeOf(bundle, releaseTrust({ ...root, [what]: stranger.root[what] }))).not.toBe('whole');
      expect(await outcomeOf(bundle, releaseTrust({ ...root, [what]: [] }))).not.toBe('whole');
      expect(await outcomeOf(bundle, releaseTrust({ ...root, [what]: [...stranger.root[what], ...root[what]] }))).toBe(
        'whole',
      );
    },
  );

  it.each([
    ['tlogs', 'tlog_inclusion_promise_error'],
    ['ctlogs', 'certificate_error'],
    ['certificateAuthorities', 'certificate_error'],
    ['timestampAuthorities', 'timestamp_error'],
  ] as const)('is refused where the %s of the root are not valid yet, or not any more', async (what, code) => {
    const during = (validFor: object) =>
      JSON.parse(JSON.stringify(stamped.root[what]), (name, value) => (name === 'validFor' ? validFor : value));
    const under = (validFor: object) =>
      outcomeOf(stampedBundle, releaseTrust({ ...stamped.root, [what]: during(validFor) }));
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    expect(await under({ start: at(-2), end: at(1) })).toBe('whole');
    expect(await under({ start: at(-2), end: at(-1) })).toContain(code);
    expect(await under({ start: at(1) })).toContain(code);
  });

  it.each([
    ['another issuer', { ...SIGNER, issuer: `${GITHUB}/hammer-time` }],
    ['another workflow', { ...SIGNER, subject: SIGNER.subject.replace('release', 'evil') }],
    ['another repository that ends like it', { ...SIGNER, subject: SIGNER.subject.replace('acme', 'evil-acme') }],
    ['a workflow with a newline behind it', { ...SIGNER, subject: `${SIGNER.subject}%0A` }],
  ])('of %s is refused, and tells who it was', async (_, signer) => {
    const document = await plain.signStatement(STATEMENT, signer);
    const one = await verifiedOne(document, TRUST);
    expect(outcome(one)).toMatch(/^identity_unknown/);
    const { issuer = GITHUB, subject } = { issuer: undefined, ...signer };
    expect(one.signers).toEqual([{ trusted_as: null, issuer, subject, key: null }]);
  });

  it.each<[what: string, options: InstanceOptions, code: string]>([
    ['that is in no CT log', { withoutCertificateLog: true }, 'certificate_error'],
    ['that had expired when it was logged', { certifiedAt: new Date(Date.now() - 3_600_000) }, 'certificate_error'],
    [
      'that was not valid yet when it was logged',
      { certifiedAt: new Date(Date.now() + 3_600_000) },
      'certificate_error',
    ],
  ])('with a certificate %s is refused', async (_, options, code) => {
    const instance = await newInstance(options);
    const one = await verifiedOne(await instance.signStatement(STATEMENT, SIGNER), releaseTrust(instance.root));
    expect(outcome(one)).toMatch(new RegExp(`^${code}`));
    expect(one).toMatchObject({ signers: [], signed_at: null, claims: null });
  });

  it('with the certificate of another key of the same signer is refused', async () => {
    const { certificate } = bundle.verificationMaterial;
    const later = await plain.signStatement(STATEMENT, SIGNER);
    expect(await outcomeOf(withMaterial({ certificate }, later))).toMatch(/^signature_error/);
  });

  it('of what somebody else signed is refused, though an entry of the log is of the signer', async () => {
    const evil = await plain.signStatement(STATEMENT, { ...SIGNER, subject: 'https://evil.example/' });
    expect(await outcomeOf({ ...bundle, dsseEnvelope: evil.dsseEnvelope })).toMatch(/^tlog_body_error/);
    expect(await outcomeOf({ ...evil, verificationMaterial: bundle.verificationMaterial })).toMatch(/^tlog_body_error/);
    expect(await outcomeOf(withMaterial({ certificate: evil.verificationMaterial.certificate }))).not.toBe('whole');
  });
});

describe('the entry of a log', () => {
  const mine = entryOf(bundle);
  const spec = (verifier: string, sig = bundle.dsseEnvelope.signatures[0]?.sig ?? '') => ({
    envelopeHash: { algorithm: 'sha256', value: hash('sha256', JSON.stringify(bundle.dsseEnvelope)) },
    payloadHash: { algorithm: 'sha256', value: hash('sha256', Buffer.from(bundle.dsseEnvelope.payload, 'base64')) },
    signatures: [{ signature: sig, verifier: Buffer.from(verifier).toString('base64') }],
  });
  const certificate = Buffer.from(bundle.verificationMaterial.certificate?.rawBytes ?? '', 'base64');
  const own = new X509Certificate(certificate).toString();
  const logged = async (verifier: string, instance: SigstoreInstance = plain) => instance.entry('dsse', spec(verifier));

  it('that holds the certificate or the key that signed is taken', async () => {
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const verifier of [own, key]) expect(await outcomeOf(withEntry(await logged(verifier)))).toBe('whole');
  });

  it('that somebody else made of the same signature is refused, alone and beside the right one', async () => {
    const certified = await plain.certificate({ ...SIGNER, subject: 'https://evil.example/' });
    for (const verifier of [certified, await plain.certificate(SIGNER), newKey().pem]) {
      const strange = await logged(verifier);
      expect(await outcomeOf(withEntry(strange))).toBe('log_of_another_key');
      expect(await outcomeOf(withMaterial({ tlogEntries: [mine, strange] }))).not.toBe('whole');
      expect(await outcomeOf(withMaterial({ tlogEntries: [strange, mine] }))).not.toBe('whole');
    }
  });

  it.each(['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'that holds no key is refused: %j',
    async (verifier) => {
      expect(await outcomeOf(withEntry(await logged(verifier)))).toBe('log_of_another_key');
    },
  );

  it('of the kind of bare digests is taken with its own key and refused with another', async () => {
    const { payload, payloadType, signatures } = bundle.dsseEnvelope;
    const encoded = pae(payloadType, Buffer.from(payload, 'base64'));
    const hashed = (pem: string, value = hash('sha256', encoded)) =>
      plain.entry('hashedrekord', {
        data: { hash: { algorithm: 'sha256', value } },
        signature: { content: signatures[0]?.sig, publicKey: { content: Buffer.from(pem).toString('base64') } },
      });
    expect(await outcomeOf(withEntry(await hashed(own)))).toBe('whole');
    expect(await outcomeOf(withEntry(await hashed(newKey().pem)))).toBe('log_of_another_key');
    expect(await outcomeOf(withEntry(await hashed(own, hash('sha256', payload))))).toMatch(/^tlog_body_error/);
  });

  it('of another bundle is refused, whether of the same statement or of another', async () => {
    for (const statement of [STATEMENT, sbomStatement(ARTIFACT)]) {
      const other = entryOf(await plain.signStatement(statement, SIGNER));
      expect(await outcomeOf(withEntry(other))).toMatch(/^tlog_body_error/);
      expect(await outcomeOf(withMaterial({ tlogEntries: [mine, other] }))).not.toBe('whole');
    }
  });

  it('of the log of another instance is refused', async () => {
    expect(await outcomeOf(withEntry(await logged(own, stranger)))).toMatch(/^tlog_inclusion_promise_error/);
  });

  it('has to be there, once', async () => {
    expect(await outcomeOf(withMaterial({ tlogEntries: [] }))).toMatch(/^timestamp_error/);
    expect(await outcomeOf(withMaterial({ tlogEntries: [mine, mine] }))).toMatch(/^timestamp_error/);
    const trust = releaseTrust(stamped.root);
    expect(await outcomeOf(withMaterial({ tlogEntries: [] }, stampedBundle), trust)).toMatch(/^tlog_error/);
    const repeated = [entryOf(stampedBundle), { ...entryOf(stampedBundle), inclusionPromise: undefined }];
    expect(await outcomeOf(withMaterial({ tlogEntries: repeated }, stampedBundle), trust)).toMatch(/^tlog_error/);
  });

  const { signedEntryTimestamp } = mine.inclusionPromise;
  const { checkpoint } = mine.inclusionProof;
  it.each<[what: string, changes: Partial<Entry>]>([
    [
      'a promise of which a bit is flipped',
      { inclusionPromise: { signedEntryTimestamp: flipped(signedEntryTimestamp) } },
    ],
    ['a promise that is empty', { inclusionPromise: { signedEntryTimestamp: '' } }],
    ['the promise of another', { inclusionPromise: entryOf(stampedBundle).inclusionPromise }],
    ['a time a second later', { integratedTime: String(Number(mine.integratedTime) + 1) }],
    ['a time long ago', { integratedTime: '1' }],
    ['another index', { logIndex: String(Number(mine.logIndex) + 1) }],
    ['another log', { logId: entryOf(stampedBundle).logId }],
    ['another kind', { kindVersion: { kind: 'hashedrekord', version: '0.0.1' } }],
    ['an unknown version', { kindVersion: { kind: 'dsse', version: '0.0.9' } }],
    ['a body of which a bit is flipped', { canonicalizedBody: flipped(mine.canonicalizedBody) }],
    [
      'a body with a space behind it',
      { canonicalizedBody: Buffer.from(`${Buffer.from(mine.canonicalizedBody, 'base64')} `).toString('base64') },
    ],
    ['an index beyond the tree', { inclusionProof: { ...mine.inclusionProof, logIndex: '1' } }],
    ['a negative index', { inclusionProof: { ...mine.inclusionProof, logIndex: '-1' } }],
    ['a hash too many', { inclusionProof: { ...mine.inclusionProof, hashes: [mine.inclusionProof.rootHash] } }],
    ['the proof of another', { inclusionProof: entryOf(stampedBundle).inclusionProof }],
    [
      'a checkpoint of a bigger tree',
      {
        inclusionProof: {
          ...mine.inclusionProof,
          checkpoint: { envelope: checkpoint.envelope.replace('\n1\n', '\n2\n') },
        },
      },
    ],
    [
      'a checkpoint without signatures',
      {
        inclusionProof: {
          ...mine.inclusionProof,
          checkpoint: { envelope: checkpoint.envelope.replace(/\u2014.*\n/, '') },
        },
      },
    ],
  ])('with %s is refused', async (_, changes) => {
    expect(await outcomeOf(withEntry(changes))).toMatch(/^(tlog|certificate)_/);
  });

  it('without a promise is no time: one of an authority has to be there', async () => {
    expect(await outcomeOf(withEntry({ inclusionPromise: undefined }))).toMatch(/^timestamp_error/);
    const without = withEntry({ inclusionPromise: undefined, integratedTime: '1' }, stampedBundle);
    const one = await verifiedOne(without, releaseTrust(stamped.root));
    expect(outcome(one)).toBe('whole');
    expect(Math.abs(Date.parse(one.signed_at ?? '') - Date.now())).toBeLessThan(600_000);
  });
});

describe('the timestamp of an authority', () => {
  const trust = releaseTrust(stamped.root);
  const times = ({ verificationMaterial }: DsseBundle) =>
    verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
  const [time] = times(stampedBundle) as [{ signedTimestamp: string }];
  const timed = (rfc3161Timestamps: object[]) =>
    outcomeOf(withMaterial({ timestampVerificationData: { rfc3161Timestamps } }, stampedBundle), trust);

  it('is of this signature, by an authority of the root, once', async () => {
    const [other] = times(await stamped.signStatement(STATEMENT, SIGNER));
    const [strange] = times(await stranger.signStatement(STATEMENT, SIGNER));
    expect(await timed([time])).toBe('whole');
    expect(await timed([{ signedTimestamp: flipped(time.signedTimestamp) }])).toMatch(
      /^(timestamp_error|bundle_invalid)/,
    );
    for (const bad of [other, strange]) {
      expect(await timed([bad as object])).toMatch(/^timestamp_error/);
      expect(await timed([time, bad as object])).toMatch(/^timestamp_error/);
    }
    expect(await timed([time, time])).toMatch(/^timestamp_error/);
    for (const signedTimestamp of ['', 'AAAA']) expect(await timed([{ signedTimestamp }])).toMatch(/^bundle_invalid/);
    // Well-formed DER that is something else.
    for (const der of ['3000', '3003020100', '3005300006012a'])
      expect(await timed([{ signedTimestamp: Buffer.from(der, 'hex').toString('base64') }])).toMatch(
        /^timestamp_error/,
      );
  });
});

describe('a bundle signed with a key', async () => {
  const key = newKey();
  const document = await plain.signStatementWithKey(STATEMENT, key);
  const roots = [{ name: 'acme', trusted_root: plain.root }];
  const trust = (changes: object = {}, pems: Record<string, string> = { key: key.pem }) =>
    keyTrust(pems, { roots, ...changes });
  const valid = (from: string, until?: string) =>
    trust({ keys: [{ name: 'key', pem: key.pem, valid_from: from, valid_until: until }] });

  it('is whole where the key is trusted, whatever it hints at', async () => {
    const digest = hash('sha256', createPublicKey(key.pem).export({ type: 'spki', format: 'der' }), 'hex');
    const one = await verifiedOne(document, trust({}, { other: newKey().pem, key: key.pem }));
    expect(outcome(one)).toBe('whole');
    expect(one.signers).toEqual([{ trusted_as: 'key', issuer: null, subject: null, key: digest }]);
    expect(one.claims).toBeNull();
    for (const hint of ['', 'other'])
      expect(await outcomeOf(withMaterial({ publicKey: { hint } }, document), trust())).toBe('whole');
  });

  it('is refused where its key is not trusted, or was not valid when it was logged, or no root is trusted', async () => {
    expect(await outcomeOf(document, trust({}, { other: newKey().pem }))).toMatch(/^key_unknown/);
    expect(await outcomeOf(document, keyTrust({ key: key.pem }))).toMatch(/^no_root/);
    expect(
      await outcomeOf(document, keyTrust({ key: key.pem }, { roots: [{ name: 'x', trusted_root: stranger.root }] })),
    ).toMatch(/^tlog_/);
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    expect(await outcomeOf(document, valid(at(-2), at(1)))).toBe('whole');
    expect(await outcomeOf(document, valid(at(-2), at(-1)))).toMatch(/^public_key_error/);
    expect(await outcomeOf(document, valid(at(1)))).toMatch(/^public_key_error/);
  });

  it('is valid by the time of the log, not by when it was received', async () => {
    for (const received of ['2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'])
      expect(outcome(await verifiedOne(document, trust(), received))).toBe('whole');
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
    expect(await outcomeOf(withMaterial({ publicKey: undefined, certificate }, document), both)).not.toBe('whole');
    expect(await outcomeOf(withMaterial({ publicKey }), both)).not.toBe('whole');
  });

  it.each(['p256', 'p256-p1363', 'p384', 'p384-p1363', 'ed25519', 'rsa-pkcs1', 'rsa-pss', 'rsa-pss-max'] as const)(
    'of the kind %s is whole, and of no other key',
    async (kind) => {
      const [one, other] = [newKey(kind), newKey(kind)];
      const signed = await plain.signStatementWithKey(STATEMENT, one);
      expect(await outcomeOf(signed, trust({}, { one: one.pem }))).toBe('whole');
      expect(await outcomeOf(signed, trust({}, { other: other.pem }))).toMatch(/^key_unknown/);
    },
  );

  it('of RSA is refused where the key is taken for other algorithms', async () => {
    const { pem, ...rsa } = newKey('rsa-pkcs1');
    const signed = await plain.signStatementWithKey(STATEMENT, { pem, ...rsa });
    const taken = (...algorithms: string[]) =>
      outcomeOf(signed, trust({ keys: [{ name: 'key', pem, algorithms, valid_from: '2026-01-01T00:00:00Z' }] }));
    expect(await taken('RS256')).toBe('whole');
    expect(await taken('PS256', 'RS512')).toBe('algorithm_not_trusted');
  });

  it('of P-384 is by SHA-384, and by SHA-256 where the key is taken for it', async () => {
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
    expect(outcome(await taken(['ES384', 'ES256']))).toBe('whole');
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
  ] as const)('of the kind %s is whole, and of no other key', async (kind, algorithm) => {
    const [one, other] = [newKey(kind), newKey(kind)];
    const document = await plain.signMessageWithKey(bytes, one, algorithm);
    expect(await outcomeOf(document, taken(one.pem))).toBe('whole');
    expect(await outcomeOf(document, taken(other.pem))).toMatch(/^key_unknown/);
    const { messageDigest, signature } = document.messageSignature;
    const moved = { messageDigest: { ...messageDigest, digest: flipped(messageDigest.digest) }, signature };
    expect(await outcomeOf({ ...document, messageSignature: moved }, taken(one.pem))).not.toBe('whole');
  });

  it('of P-384 with SHA-256 is taken where the key is taken for it, and else refused with the hash', async () => {
    const key = newKey('p384-sha256');
    const document = await plain.signMessageWithKey(bytes, key);
    expect(await outcomeOf(document, taken(key.pem))).toBe('hash_not_trusted');
    expect(await outcomeOf(document, taken(key.pem, ['ES256']))).toBe('whole');
  });

  it.each([
    ['ed25519', 'key_type_unsupported'],
    ['rsa-pss', 'signature_error'],
  ] as const)('of the kind %s is refused, and the refusal says why', async (kind, code) => {
    const key = newKey(kind);
    expect(await outcomeOf(await plain.signMessageWithKey(bytes, key), taken(key.pem))).toBe(code);
  });
});

describe('a bundle that holds too much or what is not one thing', async () => {
  it.each<[what: string, document: unknown, code: string]>([
    ['33 entries', withMaterial({ tlogEntries: Array(33).fill(entryOf(bundle)) }), 'too_many_entries'],
    // The library would make two gigabytes of the last.
    ['a million empty entries', withMaterial({ tlogEntries: Array(1_000_000).fill({}) }), 'too_many_entries'],
    [
      'more than 10,000 values',
      withMaterial({ tlogEntries: [{ ...(entryOf(bundle) as object), more: Array(10_000).fill(0) }] }),
      'too_many_entries',
    ],
    [
      '33 times',
      withMaterial({ timestampVerificationData: { rfc3161Timestamps: Array(33).fill({ signedTimestamp: 'AAAA' }) } }),
      'too_many_entries',
    ],
    [
      'a certificate of more than 64 KiB',
      withMaterial({ certificate: { rawBytes: Buffer.alloc(65_537).toString('base64') } }),
      'too_many_entries',
    ],
    ['a certificate that is none', withMaterial({ certificate: { rawBytes: 'AAAA' } }), 'bundle_invalid'],
    [
      'two signatures',
      {
        ...bundle,
        dsseEnvelope: { ...bundle.dsseEnvelope, signatures: Array(2).fill(bundle.dsseEnvelope.signatures[0]) },
      },
      'bundle_invalid',
    ],
    [
      'a signature over bytes, too',
      { ...bundle, messageSignature: (await plain.signMessage(Buffer.from('x'), SIGNER)).messageSignature },
      'content_ambiguous',
    ],
    ['no version', { ...bundle, mediaType: 'application/vnd.dev.sigstore.bundle' }, 'bundle_invalid'],
    [
      'a chain in a version that has none',
      withMaterial({
        certificate: undefined,
        x509CertificateChain: { certificates: [bundle.verificationMaterial.certificate] },
      }),
      'bundle_invalid',
    ],
  ])('is refused: %s', async (_, document, code) => {
    expect((await outcomeOf(document)).split(', ')[0]).toBe(code);
  });
});

// Every field in turn is taken away, or is something else.
describe('a bundle of which one field is another', async () => {
  const REPLACEMENTS = ['gone', null, '', 0, [], {}];
  // What an engine says, and nobody who is told why a signature is refused.
  const OF_JAVASCRIPT = /undefined|not a function|instance of|reading '|Received|Invalid|BigInt|JSON|unexpected/;

  function* changed(document: object): Generator<{ pointer: string; document: unknown }> {
    for (const path of pathsIn(document)) {
      for (const replacement of REPLACEMENTS) {
        const copy = structuredClone(document);
        const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as never, copy as never);
        const last = path.at(-1) ?? '';
        if (replacement !== 'gone') parent[last] = replacement;
        else if (Array.isArray(parent)) parent.splice(Number(last), 1);
        else delete parent[last];
        yield { pointer: path.join('/'), document: copy };
      }
    }
  }

  function pathsIn(value: unknown): string[][] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
  }

  // What nothing rests on: hints, and of the proof what the signed checkpoint says, too. The tree of the tests has one leaf.
  const KEYID = 'dsseEnvelope/signatures/0/keyid';
  const HINTS = ['verificationMaterial/publicKey', 'verificationMaterial/publicKey/hint'];
  const PROOF = ['hashes', 'logIndex', 'rootHash', 'treeSize'].map(
    (name) => `verificationMaterial/tlogEntries/0/inclusionProof/${name}`,
  );
  // Of two proofs of the time one may go.
  const TIME = 'verificationMaterial/timestampVerificationData';
  const TIMES = [
    'verificationMaterial/tlogEntries/0/inclusionPromise',
    TIME,
    `${TIME}/rfc3161Timestamps`,
    `${TIME}/rfc3161Timestamps/0`,
  ];

  const key = newKey();
  const keyed = keyTrust({ key: key.pem }, { roots: [{ name: 'acme', trusted_root: plain.root }] });
  it.each<[what: string, document: object, trust: object, unproven: string[]]>([
    ['with a certificate', bundle, TRUST, [KEYID, ...PROOF]],
    ['with a key', await plain.signStatementWithKey(STATEMENT, key), keyed, [KEYID, ...HINTS, ...PROOF]],
    ['over bytes', await plain.signMessage(Buffer.from('x'), SIGNER), TRUST, PROOF],
    ['with a timestamp', stampedBundle, releaseTrust(stamped.root), [KEYID, ...PROOF, ...TIMES]],
  ])('is never whole but for what nothing rests on: %s', { tags: 'slow' }, async (_, document, trust, unproven) => {
    const said = ({ kind, predicate_type, signers, claims, facts, subjects }: Attestation) =>
      JSON.stringify({ kind, predicate_type, signers, claims, facts, subjects });
    const good = await verifiedOne(document, trust);
    expect(outcome(good)).toBe('whole');
    const whole = new Set<string>();
    const strange: string[] = [];
    let tried = 0;
    for (const { pointer, document: other } of changed(document)) {
      tried += 1;
      const found = await verified(other, trust).catch(nothingSigned);
      for (const one of found?.attestations ?? []) {
        for (const { code, detail } of one.links)
          if (code === 'verifier_failed' || OF_JAVASCRIPT.test(detail ?? '')) strange.push(`${pointer}: ${detail}`);
        if (outcome(one) !== 'whole') continue;
        whole.add(pointer);
        expect(said(one)).toBe(said(good));
      }
    }
    expect([...whole].sort()).toEqual([...unproven].sort());
    expect(strange).toEqual([]);
    expect(tried).toBeGreaterThan(150);
  });

  // The document is not one that could be signed any more.
  const nothingSigned = (error: Error) => {
    expect(error.message).toBe('nothing in the document is signed');
    return null;
  };
});
