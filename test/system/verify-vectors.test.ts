// Every real document in which something is signed: verified under the trust that would let it through, under others, and in runs whose
// artifacts it is about and is not about. The documents come from elsewhere: `MAESTRO_VECTORS` names the folder that holds them.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Artifact, ArtifactContent } from '../../src/domain/artifact/artifact.ts';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import type { Attestation } from '../../src/domain/evidence/verification.ts';
import { newKey } from '../trust/signing.ts';
import { bytesOf } from './evidence-vectors.ts';
import {
  anyEnvelope,
  contentOf,
  envelopeTrust,
  exactTrust,
  fileBytes,
  isConformance,
  judged,
  keyOf,
  NOT_VERIFIED,
  otherTrusts,
  PLAIN_ENVELOPES,
  PLAIN_PAYLOADS,
  passedOnes,
  permissiveTrust,
  REFUSED_TRUST,
  reasonOf,
  SIGNED_VECTORS,
  type SignedVector,
  saidBySigned,
  saidIn,
  statesOf,
  type TrustInput,
  trusting,
  verified,
} from './verify-vectors.ts';

/** A document that was verified under the most that could be trusted for it. */
type Seen = { vector: SignedVector; trust: TrustInput; reading: Reading };

/** Signs what a gate asks for besides provenance. */
const TEST_KEY = newKey('ed25519');

const IS_UNSET = process.env.MAESTRO_VECTORS === undefined;

// A folder that lacks them is a failure.
describe.skipIf(IS_UNSET)('a real document', () => {
  const seen: Seen[] = [];
  const refused: Record<string, string> = {};
  const isVerified = ({ reading }: Seen) => passedOnes(reading).length > 0;

  beforeAll(async () => {
    for (const vector of SIGNED_VECTORS) {
      const trust = await permissiveTrust(vector);
      try {
        seen.push({ vector, trust, reading: await verified(bytesOf(vector), trusting(trust)) });
      } catch (error) {
        refused[vector.file] = (error as Error).message;
      }
    }
  }, 600_000);

  it('is looked at with all others: so many are valid, tampered with and invalid, and so many are verified', () => {
    const count = (some: readonly SignedVector[]) =>
      ['valid', 'tampered', 'invalid'].map((one) => some.filter(({ validity }) => validity === one).length);
    const whole = seen.filter(isVerified).map(({ vector }) => vector);
    expect(count(SIGNED_VECTORS)).toEqual([149, 91, 51]);
    expect(count(whole)).toEqual([54, 0, 0]);
    expect(count(SIGNED_VECTORS.filter(isConformanceCase))).toEqual([12, 19, 10]);
    expect(count(whole.filter(isConformanceCase))).toEqual([10, 0, 0]);
  });

  it('that is tampered with, wrongly signed or invalid is verified under no trust: its signature is refused', () => {
    const believed = seen.filter(({ vector, reading: { verification } }) => {
      const signed = verification?.attestations.some(({ links }) =>
        links.every(
          ({ link, held }) => held || !['signature', 'certificate', 'key', 'log', 'timestamp'].includes(link),
        ),
      );
      return vector.validity !== 'valid' && signed === true;
    });
    expect(believed.map(({ vector }) => vector.file)).toEqual([]);
    expect(refused).toEqual(REFUSED_TRUST);
  });

  it('that is valid is verified, but for those that are named with the reason', () => {
    const not = seen.filter((one) => one.vector.validity === 'valid' && !isVerified(one));
    const named = NOT_VERIFIED.flatMap(({ code, files }) => files.map((file) => [file, code]));
    const found = not.map(({ vector, reading }) => [vector.file, reasonOf(reading)]);
    expect(found.sort()).toEqual(named.sort());
  });

  it('that is verified is so for the one who signed it, and for nobody and nothing else', async () => {
    const ways: Record<string, number> = {};
    const wrong: string[] = [];
    for (const { vector, trust, reading } of seen.filter(isVerified)) {
      const exact = exactTrust(trust, reading);
      const whole = passedOnes(await verified(bytesOf(vector), trusting(exact)));
      expect(whole.map(saidIn), vector.file).toEqual(passedOnes(reading).map(saidIn));
      for (const [how, other] of otherTrusts(exact, whole)) {
        ways[how] = (ways[how] ?? 0) + 1;
        for (const { signers } of passedOnes(await verified(bytesOf(vector), trusting(other))))
          wrong.push(`${vector.file}: ${how}: ${signers[0]?.trusted_as}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(ways).toEqual(WAYS);
  }, 600_000);

  it('that is verified counts for the artifact that it is about, and for no other', async () => {
    const files = [...new Set(SIGNED_VECTORS.flatMap(({ artifact }) => artifact ?? []))];
    const artifacts = files.map((id) => ({ id, content: contentOf(fileBytes(id)) }));
    const none = contentOf(Buffer.alloc(0));
    const bound: Record<string, number> = {};
    for (const { vector, trust, reading } of seen.filter(isVerified)) {
      const exact = exactTrust(trust, reading);
      const trusted = trusting({ ...exact, keys: [...exact.keys, keyOf('test', TEST_KEY.pem)] });
      const document = { bytes: bytesOf(vector), reading: await verified(bytesOf(vector), trusted), trust: trusted };
      const { kind, signers } = passedOnes(document.reading)[0] as Attestation;
      const found = artifacts.find(({ id }) => id === vector.artifact)?.content ?? null;
      // Four were made of nothing at all, which is nothing to release.
      const own = found?.size === 0 ? null : found;
      const isOwn = ({ content }: { content: ArtifactContent }) => content.digests.sha256 === own?.digests.sha256;
      if (own !== null) {
        const { states, target, flags, passed } = await judged(document, TEST_KEY, { content: own }, own);
        expect(states, vector.file).toEqual(states.map(() => ({ state: 'verified', about: ['target'] })));
        expect(passed, vector.file).toBe(kind === 'provenance');
        expect(flags, vector.file).toEqual(kind === 'provenance' ? ['slsa_provenance_present'] : []);
        const signed_by = kind === 'signature' ? [{ document: 'document', signer: signers[0] }] : [];
        expect(target.signed_by, vector.file).toEqual(signed_by);
        const about = artifacts.filter(isOwn).map(({ id }) => id);
        const among = statesOf(document, { artifacts, readings: [], trust: trusted.digest });
        expect(among, vector.file).toEqual(states.map(() => ({ state: 'verified', about })));
        bound[kind] = (bound[kind] ?? 0) + 1;
      }
      const strange = artifacts.find((one) => !isOwn(one) && one.content.size > 0)?.content ?? none;
      const others: [what: string, Partial<Artifact>, ArtifactContent][] = [
        ['another', { content: strange }, strange],
        ['an empty one', { content: none }, none],
      ];
      if (own !== null) {
        others.push(['one of another run', { content: own, run_id: 'run-2' }, own]);
        others.push(['a declared SHA-256', { content_hash: `sha256:${own.digests.sha256}` }, own]);
        others.push(['a declared SHA-512', { content_hash: `sha512:${own.digests.sha512}` }, own]);
      }
      for (const [what, changes, named] of others) {
        const { states, target, flags, passed, missing } = await judged(document, TEST_KEY, changes, named);
        const message = `${vector.file}: ${what}`;
        expect(states, message).toEqual(states.map(() => ({ state: 'unbound', about: [] })));
        expect([target.signed_by, flags, passed], message).toEqual([[], [], false]);
        // Nothing else is. Of an empty one everything is.
        if (what === 'another') expect(missing, message).toEqual(['slsa_provenance_present']);
      }
    }
    expect(bound).toEqual(BOUND);
  }, 600_000);
});

/** How many documents each way not to trust was tried with. */
const WAYS = {
  'other identities': 48,
  'no identity': 48,
  'another key': 6,
  'no key': 6,
  'another root': 49,
  'no root': 49,
  'other builders': 36,
  'no builder': 36,
  'other sources': 36,
  'no source': 36,
};
/** How many documents are bound to an artifact that is at hand. */
const BOUND = { provenance: 22, signature: 15 };

const isConformanceCase = (vector: SignedVector) => isConformance(vector) && vector.format === 'sigstore-bundle';

describe('an envelope that a key signed', () => {
  it('passes only where it says what JSON.parse says of what was signed, however it is written', async () => {
    const trust = trusting(envelopeTrust(TEST_KEY));
    await fc.assert(
      fc.asyncProperty(anyEnvelope(TEST_KEY), async ({ payload, envelope, signed, bytes }) => {
        const reading = await verified(bytes, trust);
        const whole = passedOnes(reading);
        const isPlain = PLAIN_PAYLOADS.includes(payload) && PLAIN_ENVELOPES.includes(envelope);
        expect(whole.map(saidIn)).toEqual(isPlain ? [saidBySigned(signed)] : []);
        if (isPlain) expect(reading).toMatchObject({ facts: whole[0]?.facts, subjects: whole[0]?.subjects });
      }),
      { numRuns: 1_000 },
    );
  });
});

if (IS_UNSET) process.stderr.write('5 tests over real signatures were not run: MAESTRO_VECTORS is not set\n');
