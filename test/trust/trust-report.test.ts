import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../src/trust/public-key.ts';
import { trustReport } from '../../src/trust/trust-report.ts';
import { TrustReport } from '../../src/trust/trust-report-schema.ts';
import { newInstance, newKey } from './signing.ts';
import { GITHUB, SIGNER, SINCE, SOURCE, trustOf } from './trusted.ts';

const { root } = await newInstance({ withTimestampAuthority: true });
const [ec, rsa, ed25519] = [newKey('p384'), newKey('rsa-pss'), newKey('ed25519')];
const types = ['https://slsa.dev/provenance/v1'];
const ALL = ['sbom', 'provenance', 'risk_assessment'];
const VERIFYING = { stale: 7, done: 3, running: true };

const trust = trustOf({
  roots: [{ name: 'acme', trusted_root: root }],
  keys: [
    { name: 'ec', pem: ec.pem, valid_from: '2026-01-01T00:00:00Z', valid_until: '2027-01-01T00:00:00Z' },
    { name: 'rsa', pem: rsa.pem, algorithms: ['PS256'], valid_from: '2026-01-01T00:00:00Z', predicate_types: types },
    { name: 'ed', pem: ed25519.pem, valid_from: '2026-01-01T00:00:00Z' },
  ],
  key_threshold: 2,
  identities: [
    {
      ...{ name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject, predicate_types: types },
      triggers: ['push', 'merge_group'],
    },
  ],
  builders: [{ id: SIGNER.subject, identities: ['release'], keys: ['ec'], delegated: true, parameters: 'any' }],
  sources: [{ repository: SOURCE, refs: ['refs/heads/main'] }, { repository: `${SOURCE}-2` }],
});

describe('the report of what is trusted', () => {
  const report = trustReport(trust, 'it is bad', { minimum: 'verified', trust: trust.digest }, VERIFYING);

  it('shows all of it', () => {
    const key = (name: string, { pem }: { pem: string }, type: string, changes: object = {}) => ({
      ...{ name, digest: publicKeyOf({ pem }).digest, type, algorithms: null, valid_from: '2026-01-01T00:00:00.000Z' },
      ...{ valid_until: null, predicate_types: null, vouches_for: ALL, triggers: null },
      ...changes,
    });
    expect(report).toEqual({
      trust_digest: trust.digest,
      loaded_at: SINCE,
      last_error: 'it is bad',
      warnings: [
        expect.stringMatching(/^the trust file has no version: begin it with "version: 2"/),
        ...[
          'keys.0.vouches_for',
          'keys.1.vouches_for',
          'keys.1.valid_until',
          'keys.2.vouches_for',
          'keys.2.valid_until',
        ],
        ...['identities.0.vouches_for', 'sources.1.refs'],
      ].map((start) => (typeof start === 'string' ? expect.stringContaining(start) : start)),
      gate_minimum_level: 'verified',
      key_threshold: 2,
      roots: [
        {
          name: 'acme',
          digest: hash('sha256', JSON.stringify(root)),
          certificate_authorities: 1,
          transparency_logs: 1,
          certificate_logs: 1,
          timestamp_authorities: 1,
        },
      ],
      keys: [
        key('ec', ec, 'ec', { valid_until: '2027-01-01T00:00:00.000Z' }),
        key('rsa', rsa, 'rsa', { algorithms: ['PS256'], predicate_types: types, vouches_for: ['provenance'] }),
        key('ed', ed25519, 'ed25519'),
      ],
      identities: [
        {
          ...{ name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject, predicate_types: types },
          ...{ vouches_for: ['provenance'], triggers: ['push', 'merge_group'] },
        },
      ],
      builders: [
        {
          ...{ id: SIGNER.subject, identities: ['release'], keys: ['ec'], delegated: true },
          ...{ any_parameters: true, any_runner: false },
        },
      ],
      sources: [
        { repository: SOURCE, refs: ['refs/heads/main'] },
        { repository: `${SOURCE}-2`, refs: null },
      ],
      verifying_again: VERIFYING,
    });
    expect(TrustReport.strict().parse(report)).toEqual(report);
  });

  it('holds no key, nor a certificate', () => {
    const text = JSON.stringify(report);
    const material = [...JSON.stringify(root).matchAll(/"rawBytes":"([^"]+)"/g)].map(([, bytes = '']) => bytes);
    const pems = [ec, rsa, ed25519].flatMap(({ pem }) => pem.split('\n').slice(1, -2));
    expect(material.length + pems.length).toBeGreaterThan(10);
    for (const secret of [...material, ...pems, 'BEGIN', 'rawBytes', '"pem"', '"jwk"'])
      expect(text).not.toContain(secret);
  });

  it('is one of nothing where nothing is trusted', () => {
    const nothing = trustReport(trustOf({}), null, { minimum: 'asserted', trust: null }, VERIFYING);
    const none = { roots: [], keys: [], identities: [], builders: [], sources: [] };
    expect(nothing).toMatchObject({ ...none, last_error: null, gate_minimum_level: 'asserted', key_threshold: 1 });
  });

  it('shows the public instance and the keys of npm where they are trusted', () => {
    const { roots, keys } = trustReport(
      trustOf({ public_good: true, npm: true }),
      null,
      { minimum: 'parsed', trust: null },
      VERIFYING,
    );
    expect(roots.map(({ name }) => name)).toEqual(['public-good']);
    expect(keys.map(({ name }) => name)).toEqual(['npm-registry-1', 'npm-registry-2']);
  });
});
