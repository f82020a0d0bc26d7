import { X509Certificate } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import { certificateOf, holdsMoreThan, timeOf } from '../../src/trust/bundle-parts.ts';
import {
  bundle,
  entryOf,
  flipped,
  outcomeOf,
  plain,
  STATEMENT,
  stampedBundle,
  stranger,
  TRUST,
  withEntry,
} from './bundles.ts';
import type { DsseBundle } from './signing.ts';
import { outcome, SIGNER, verifiedOne } from './trusted.ts';

describe('a bundle', () => {
  it.each(['0.1', '0.2'])('of version %s, with a chain of certificates, passes', async (version) => {
    const { certificate, tlogEntries } = bundle.verificationMaterial;
    const old = {
      mediaType: `application/vnd.dev.sigstore.bundle+json;version=${version}`,
      verificationMaterial: { x509CertificateChain: { certificates: [certificate] }, tlogEntries },
    };
    expect(await outcomeOf({ ...bundle, ...old })).toBe('passed');
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
  ])('of version 0.1 whose entry has %s passes by the promise of the log', async (_what, proof) => {
    expect(await outcomeOf(firstVersion(proof))).toBe('passed');
    const promise = { signedEntryTimestamp: flipped(entryOf(bundle).inclusionPromise.signedEntryTimestamp) };
    const broken = withEntry({ inclusionPromise: promise });
    expect(await outcomeOf(firstVersion(proof, broken as DsseBundle))).toMatch(/^tlog_inclusion_promise_error/);
    const none = withEntry({ inclusionPromise: undefined });
    expect(await outcomeOf(firstVersion(proof, none as DsseBundle))).toMatch(/^bundle_invalid/);
    expect(await outcomeOf(firstVersion(proof, await stranger.signStatement(STATEMENT, SIGNER)))).not.toBe('passed');
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
    expect(await outcomeOf(firstVersion(entryOf(bundle).inclusionProof, bundle, chain))).toBe('passed');
  });
});

describe('the parts of a bundle', () => {
  const parsed = bundleFromJSON(bundle);

  it('are counted at any depth, the document itself included', () => {
    expect(holdsMoreThan(3, { a: [1] })).toBe(false);
    expect(holdsMoreThan(2, { a: [1] })).toBe(true);
    expect(holdsMoreThan(1, null)).toBe(false);
    expect(holdsMoreThan(0, null)).toBe(true);
    expect(holdsMoreThan(100, Array(100).fill(undefined))).toBe(true);
  });

  it('are its certificate, and the time of the log if it has promised the entry', () => {
    const { rawBytes } = bundle.verificationMaterial.certificate as { rawBytes: string };
    expect(Buffer.from(certificateOf(parsed) ?? []).toString('base64')).toBe(rawBytes);
    expect(timeOf(toSignedEntity(parsed))).toBe(new Date(Number(entryOf(bundle).integratedTime) * 1_000).toISOString());
    const unpromised = withEntry({ inclusionPromise: undefined }, stampedBundle);
    expect(timeOf({ ...toSignedEntity(bundleFromJSON(unpromised)), timestamps: [] })).toBeNull();
  });
});
