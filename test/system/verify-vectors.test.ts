// Every real document in which something is signed: verified under the trust that would let it through, under others, and in runs whose
// artifacts it is about and is not about. The documents come from elsewhere: `MAESTRO_VECTORS` names the folder that holds them.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Artifact, ArtifactContent } from '../../src/domain/artifact.ts';
import { type Evidence, PENDING, type Reading, runReading, summaryOf } from '../../src/domain/evidence.ts';
import { type EvidenceReport, evidenceReport } from '../../src/domain/evidence-report.ts';
import { FLAGS, flagsOf, isEvidenceOf, type Level } from '../../src/domain/flags.ts';
import { checkReleaseGate } from '../../src/domain/release-gate.ts';
import type { Trust } from '../../src/trust/trust.ts';
import { anArtifact, aRun } from '../domain/rows.ts';
import { dsseEnvelope, newKey, sbomStatement, vexStatement } from '../trust/signing.ts';
import { bytesOf } from './evidence-vectors.ts';
import {
  anyEnvelope,
  contentOf,
  envelopeTrust,
  exactTrust,
  fileBytes,
  isConformance,
  keyOf,
  NOT_VERIFIED,
  NOW,
  otherTrusts,
  PLAIN_ENVELOPES,
  PLAIN_PAYLOADS,
  permissiveTrust,
  REFUSED_TRUST,
  reasonOf,
  SIGNED_VECTORS,
  type SignedVector,
  saidBySigned,
  saidIn,
  type TrustInput,
  trusting,
  verified,
  wholeOnes,
} from './verify-vectors.ts';

/** A document that was verified under the most that could be trusted for it. */
type Seen = { vector: SignedVector; trust: TrustInput; reading: Reading };

const OWN_KEY = newKey('ed25519');

describe.skipIf(SIGNED_VECTORS.length === 0)('a real document', () => {
  const seen: Seen[] = [];
  const refused: Record<string, string> = {};
  const isVerified = ({ reading }: Seen) => wholeOnes(reading).length > 0;
  const filesOf = (some: readonly Seen[]) => some.map(({ vector }) => vector.file);

  beforeAll(async () => {
    for (const vector of SIGNED_VECTORS) {
      const trust = await permissiveTrust(vector);
      try {
        seen.push({ vector, trust, reading: await verified(bytesOf(vector), trusting(trust)) });
      } catch (error) {
        refused[vector.file] = (error as Error).message;
      }
    }
  });

  it('is looked at with every other: so many are valid, tampered with and invalid, and so many verified', () => {
    const count = (some: readonly Pick<Seen, 'vector'>[]) =>
      Object.fromEntries(
        ['valid', 'tampered', 'invalid'].map((one) => [
          one,
          some.filter(({ vector }) => vector.validity === one).length,
        ]),
      );
    const all = SIGNED_VECTORS.map((vector) => ({ vector }));
    expect(count(all)).toEqual({ valid: 149, tampered: 91, invalid: 51 });
    expect(count(seen.filter(isVerified))).toEqual({ valid: 55, tampered: 0, invalid: 0 });
    expect(count(all.filter(({ vector }) => isConformance(vector)))).toEqual({ valid: 13, tampered: 18, invalid: 11 });
    expect(count(seen.filter((one) => isConformance(one.vector) && isVerified(one)))).toEqual({
      valid: 11,
      tampered: 0,
      invalid: 0,
    });
  });

  it('that is tampered with, wrongly signed or invalid is not verified, whatever is trusted', () => {
    expect(filesOf(seen.filter((one) => one.vector.validity !== 'valid' && isVerified(one)))).toEqual([]);
    expect(refused).toEqual(REFUSED_TRUST);
  });

  it('that is valid is verified, but for those that are named with the reason', () => {
    const valid = seen.filter((one) => one.vector.validity === 'valid' && !isVerified(one));
    const named = NOT_VERIFIED.flatMap(({ code, files }) => files.map((file) => [file, code]));
    expect(Object.fromEntries(valid.map(({ vector, reading }) => [vector.file, reasonOf(reading)]))).toEqual(
      Object.fromEntries(named),
    );
    expect(named.length).toBe(valid.length);
  });

  it('that is verified is so for the one who signed it, and for nobody and nothing else', async () => {
    const ways: Record<string, number> = {};
    const wrong: string[] = [];
    for (const { vector, trust, reading } of seen.filter(isVerified)) {
      const exact = exactTrust(trust, reading);
      const again = wholeOnes(await verified(bytesOf(vector), trusting(exact)));
      expect(again.map(saidIn), vector.file).toEqual(wholeOnes(reading).map(saidIn));
      for (const [how, other] of otherTrusts(exact, again)) {
        ways[how] = (ways[how] ?? 0) + 1;
        if (wholeOnes(await verified(bytesOf(vector), trusting(other))).length > 0)
          wrong.push(`${vector.file}: ${how}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(ways).toEqual(WAYS);
  });
});
