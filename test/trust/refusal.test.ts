import { ValidationError } from '@sigstore/bundle';
import { describe, expect, it } from 'vitest';
import type { CheckName } from '../../src/domain/evidence/verification.ts';
import { faultOfBundle, furthest, refused } from '../../src/trust/refusal.ts';
import type { SignatureResult } from '../../src/trust/signed-by.ts';
import { type DsseBundle, githubProvenance, newInstance, newKey } from './signing.ts';
import { ARTIFACT, codesOf, keyTrust, REPOSITORY, releaseTrust, SIGNER, verified } from './trusted.ts';

const STATEMENT = githubProvenance(REPOSITORY, ARTIFACT);
const plain = await newInstance();
const bundle = await plain.signStatement(STATEMENT, SIGNER);
const TRUST = releaseTrust(plain.root);
const withMaterial = (changes: object) => ({
  ...bundle,
  verificationMaterial: { ...bundle.verificationMaterial, ...changes },
});
const withEntry = (changes: object) =>
  withMaterial({ tlogEntries: [{ ...bundle.verificationMaterial.tlogEntries[0], ...changes }] });

describe('what is wrong with what is no bundle', () => {
  it('names the fields that the library names', () => {
    const error = new ValidationError('invalid v0.2 bundle', ['verificationMaterial', 'content']);
    expect(faultOfBundle(error)).toBe('invalid v0.2 bundle: missing or wrong: verificationMaterial, content');
  });

  it('says nothing of JavaScript', () => {
    for (const error of [
      new TypeError("Cannot read properties of undefined (reading 'x')"),
      new Error('x is not a function'),
    ])
      expect(faultOfBundle(error)).toMatch(/^invalid bundle: a field/);
    expect(faultOfBundle(new Error('Unrecognized enum value 9 for enum HashAlgorithm'))).toContain('HashAlgorithm');
  });
});

describe('a refusal', () => {
  it('reports the checks before it as passed only if they were made, and those after it as not made', () => {
    const shown = (...all: Parameters<typeof refused>) =>
      refused(...all).checks.map(({ link, held, code }) => [link, held, code]);
    expect(shown(true, 'log', 'tlog_error', 'x', true)).toEqual([
      ['timestamp', false, 'not_checked'],
      ['certificate', true, null],
      ['log', false, 'tlog_error'],
      ['signature', false, 'not_checked'],
    ]);
    expect(shown(false, 'log', 'no_root', 'x').map(([, held]) => held)).toEqual([false, false, false, false]);
    expect(codesOf(refused(true, 'identity', 'identity_ambiguous', 'x').checks)).toEqual(['identity_ambiguous']);
    expect(refused(true, 'log', 'x', 'x')).toMatchObject({ signers: [], signedAt: null });
  });
});

describe('the failed attempt that says most', () => {
  it('is the one in which more checks passed, and of equal ones the first', () => {
    const [early, late] = ['certificate', 'signature'].map((check) =>
      refused(true, check as CheckName, 'x', 'x', true),
    ) as [SignatureResult, SignatureResult];
    expect(furthest(null, early)).toBe(early);
    expect(furthest(early, late)).toBe(late);
    expect(furthest(late, early)).toBe(late);
    expect(furthest(late, { ...late })).toBe(late);
  });
});

describe('no refusal', () => {
  const speaksOfTheLibrary = /undefined|null \(|not a function|instance of|reading '|Received|Invalid time|BigInt/;
  const numbers = ['abc', '-1', '1e99', '99999999999999999999', ' 1'];

  it.each<[what: string, documents: unknown[]]>([
    ['of times that are none', numbers.map((integratedTime) => withEntry({ integratedTime }))],
    [
      'of a body that is none',
      ['null', '7', '{}', '[]', '"x"'].map((text) =>
        withEntry({ canonicalizedBody: Buffer.from(text).toString('base64') }),
      ),
    ],
    [
      'of fields of another type',
      [{ verificationMaterial: 'x' }, { dsseEnvelope: { payload: 7 } }, { dsseEnvelope: 'x' }].map((change) => ({
        ...bundle,
        ...change,
      })),
    ],
    [
      'of certificates that are none',
      ['3000', '30023000', '308006'].map((hex) =>
        withMaterial({ certificate: { rawBytes: Buffer.from(hex, 'hex').toString('base64') } }),
      ),
    ],
  ])('speaks of the library or of JavaScript: %s', async (_what, documents) => {
    const key = newKey();
    const keyed = await plain.signStatementWithKey(STATEMENT, key);
    for (const document of documents) {
      for (const trust of [
        TRUST,
        keyTrust({ key: key.pem }, { roots: [{ name: 'acme', trusted_root: plain.root }] }),
      ]) {
        const { publicKey } = keyed.verificationMaterial;
        const material = (document as DsseBundle).verificationMaterial;
        const other =
          typeof material === 'object'
            ? {
                ...(document as object),
                dsseEnvelope: keyed.dsseEnvelope,
                verificationMaterial: { ...material, certificate: undefined, publicKey },
              }
            : document;
        for (const each of [document, other]) {
          const found = await verified(each, trust).catch(() => null);
          for (const { links } of found?.attestations ?? []) {
            expect(links.map(({ code }) => code)).not.toContain('verifier_failed');
            for (const { detail } of links) expect(detail).not.toMatch(speaksOfTheLibrary);
          }
        }
      }
    }
  });
});
