import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../src/domain/evidence/verification.ts';
import {
  bundle,
  entryOf,
  outcomeOf,
  plain,
  STATEMENT,
  stamped,
  stampedBundle,
  TRUST,
  withMaterial,
} from './bundles.ts';
import { newKey } from './signing.ts';
import { keyTrust, outcome, releaseTrust, SIGNER, verified, verifiedOne } from './trusted.ts';

describe('a bundle that holds too much or what is not one thing', async () => {
  it.each<[what: string, document: unknown, code: string]>([
    ['33 entries', withMaterial({ tlogEntries: Array(33).fill(entryOf(bundle)) }), 'too_many_entries'],
    // The library would make 200 megabytes of the last.
    ['a hundred thousand empty entries', withMaterial({ tlogEntries: Array(100_000).fill({}) }), 'too_many_entries'],
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
  ])(
    'never passes, except for fields that no check depends on: %s',
    { tags: 'slow' },
    async (_, document, trust, unproven) => {
      const said = ({ kind, predicate_type, signers, claims, facts, subjects }: Attestation) =>
        JSON.stringify({ kind, predicate_type, signers, claims, facts, subjects });
      const good = await verifiedOne(document, trust);
      expect(outcome(good)).toBe('passed');
      const whole = new Set<string>();
      const strange: string[] = [];
      let tried = 0;
      for (const { pointer, document: other } of changed(document)) {
        tried += 1;
        const found = await verified(other, trust).catch(nothingSigned);
        for (const one of found?.attestations ?? []) {
          for (const { code, detail } of one.links)
            if (code === 'verifier_failed' || OF_JAVASCRIPT.test(detail ?? '')) strange.push(`${pointer}: ${detail}`);
          if (outcome(one) !== 'passed') continue;
          whole.add(pointer);
          expect(said(one)).toBe(said(good));
        }
      }
      expect([...whole].sort()).toEqual([...unproven].sort());
      expect(strange).toEqual([]);
      expect(tried).toBeGreaterThan(150);
    },
  );

  // The document is not one that could be signed any more.
  const nothingSigned = (error: Error) => {
    expect(error.message).toBe('nothing in the document is signed');
    return null;
  };
});
