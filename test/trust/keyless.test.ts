import { describe, expect, it } from 'vitest';
import {
  bundle,
  entryOf,
  outcomeOf,
  plain,
  STATEMENT,
  stamped,
  stampedBundle,
  stranger,
  TRUST,
  withMaterial,
} from './bundles.ts';
import { type InstanceOptions, newInstance } from './signing.ts';
import { GITHUB, outcome, releaseTrust, SIGNER, verifiedOne } from './trusted.ts';

describe('a bundle with a certificate', () => {
  it.each([
    ['without a timestamp authority', plain, bundle],
    ['with one', stamped, stampedBundle],
  ])('of an instance %s passes, and says who signed and when', async (_, { root }, document) => {
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
    expect(await outcomeOf(bundle, releaseTrust(plain.root, { roots: both, identities: other }))).toBe('passed');
  });

  it.each(['tlogs', 'ctlogs', 'certificateAuthorities'] as const)(
    'is refused where the root has the %s of another',
    async (what) => {
      const { root } = plain;
      expect(await outcomeOf(bundle, releaseTrust({ ...root, [what]: stranger.root[what] }))).not.toBe('passed');
      expect(await outcomeOf(bundle, releaseTrust({ ...root, [what]: [] }))).not.toBe('passed');
      expect(await outcomeOf(bundle, releaseTrust({ ...root, [what]: [...stranger.root[what], ...root[what]] }))).toBe(
        'passed',
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
    expect(await under({ start: at(-2), end: at(1) })).toBe('passed');
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
    expect(await outcomeOf(withMaterial({ certificate: evil.verificationMaterial.certificate }))).not.toBe('passed');
  });
});
