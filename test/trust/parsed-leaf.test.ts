// The fast path beside the library's own objects: the same bundle, tampered with or not, gets the same answer from both.
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type SignedEntity, type TrustMaterial, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../src/domain/evidence/verification.ts';
import { publicGoodRoot } from '../../src/trust/built-in-trust.ts';
import { withParsedLeaf } from '../../src/trust/parsed-leaf.ts';
import { THRESHOLDS, verifiedBy } from '../../src/trust/refusal.ts';
import { withTimes } from '../../src/trust/timestamps.ts';
import { trustMaterialOf } from '../../src/trust/trusted-root.ts';
import { bytesOf } from '../system/evidence-vectors.ts';
import { SIGNED_VECTORS } from '../system/verify-vectors.ts';
import { bundle, plain, STATEMENT, stamped, stampedBundle, stranger, TRUST } from './bundles.ts';
import { mutated, seeded } from './odd-certificates.ts';
import { outcome, releaseTrust, SIGNER, verifiedOne } from './trusted.ts';

type Material = Omit<TrustMaterial, 'publicKey'>;
type Subject = { what: string; document: object; theirs: Material; ours: Material };

const subject = (what: string, document: object, root: object): Subject => ({
  what,
  document,
  theirs: toTrustMaterial(TrustedRoot.fromJSON(root), {}),
  ours: trustMaterialOf(root as Record<string, unknown>),
});

// The library has no bytes to verify the signature with; all checks before that are made.
const message = await plain.signMessage(Buffer.from('x'), SIGNER);
const SUBJECTS = [
  subject('with a promise', bundle, plain.root),
  subject('with a timestamp', stampedBundle, stamped.root),
  subject('over bytes', message, plain.root),
  subject('of an instance that is not trusted', await stranger.signStatement(STATEMENT, SIGNER), plain.root),
  ...realBundles().map(({ what, document }) => subject(what, document, publicGoodRoot())),
];

function realBundles(): { what: string; document: object }[] {
  return SIGNED_VECTORS.filter(({ format }) => format === 'sigstore-bundle').flatMap((vector) => {
    try {
      return [{ what: vector.file, document: JSON.parse(bytesOf(vector).toString('utf8')) as object }];
    } catch {
      return [];
    }
  });
}

/** The answer of the library on an entity: the signer, or what it refuses with. */
function answer(material: Material, entity: SignedEntity | null): unknown {
  if (entity === null) return 'no time';
  const publicKey = () => {
    throw new Error('It has a certificate');
  };
  const found = verifiedBy(new Verifier({ ...material, publicKey }, THRESHOLDS), entity);
  if ('fault' in found) return found;
  const { key, identity } = found.signer;
  return { key: key.export({ type: 'spki', format: 'der' }).toString('hex'), identity };
}

/** The answers of both; null if it is no bundle. */
function answers({ theirs, ours }: Subject, document: unknown): [theirs: unknown, ours: unknown] | null {
  const entityOf = () => toSignedEntity(bundleFromJSON(document));
  try {
    entityOf();
  } catch {
    return null;
  }
  return [answer(theirs, withTimes(entityOf())), answer(ours, withTimes(withParsedLeaf(entityOf())))];
}

type Path = readonly string[];
const isBase64 = (text: string) => text.length >= 16 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
const isMutable = (text: string) => isBase64(text) || /^\d+$/.test(text) || text.includes('\n');

// Everything in a bundle that is bytes, a number or a checkpoint.
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return isMutable(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => placesIn(one, [...path, name]));
}

function tampered(document: object, below: (most: number) => number): object {
  const copy = structuredClone(document);
  const places = placesIn(copy);
  const path = places[below(places.length)] as Path;
  const parent = path.slice(0, -1).reduce((at, name) => at[name] as never, copy as Record<string, unknown>);
  const name = path.at(-1) as string;
  parent[name] = changed(parent[name] as string, below);
  return copy;
}

function changed(text: string, below: (most: number) => number): string {
  if (/^\d+$/.test(text)) return String(Number(text) + below(3) - 1);
  if (!isBase64(text)) return mutated(Buffer.from(text), below).toString('utf8');
  return mutated(Buffer.from(text, 'base64'), below).toString('base64');
}

describe('certificates that are parsed once change no answer of the library', () => {
  it('on a bundle, good or not', () => {
    const said = SUBJECTS.map((one) => answers(one, one.document));
    for (const [index, both] of said.entries())
      if (both !== null) expect(both[1], SUBJECTS[index]?.what).toEqual(both[0]);
    const fault = { fault: expect.anything() };
    const identity = { key: expect.any(String), identity: expect.anything() };
    expect(said.slice(0, 4).map((both) => both?.[1])).toEqual([identity, identity, fault, fault]);
  });

  it('on a bundle that was tampered with at random', { tags: 'slow', timeout: 600_000 }, () => {
    const below = seeded('same answers');
    const codes = new Set<string>();
    let compared = 0;
    for (let round = 0; round < 400; round += 1) {
      const one = SUBJECTS[round % SUBJECTS.length] as Subject;
      const document = tampered(one.document, below);
      const both = answers(one, document);
      if (both === null) continue;
      compared += 1;
      expect(both[1], JSON.stringify(document)).toEqual(both[0]);
      codes.add((both[0] as { fault?: { code: string } }).fault?.code ?? 'passed');
    }
    expect(compared).toBeGreaterThan(200);
    expect([...codes].sort()).toEqual(
      expect.arrayContaining(['certificate_error', 'passed', 'timestamp_error', 'tlog_inclusion_proof_error']),
    );
  });
});

describe('what was verified before changes no report', () => {
  const below = seeded('before');
  const bad = Array.from({ length: 12 }, () => tampered(bundle, below));
  const reports = async (documents: object[]) => {
    const found: Attestation[] = [];
    for (const one of documents) found.push(await verifiedOne(one, TRUST));
    return found;
  };

  it('of the good bundle nor of one that was tampered with, in both orders', async () => {
    const [good, ...alone] = (await reports([bundle, ...bad])) as [Attestation, ...Attestation[]];
    expect(outcome(good)).toBe('passed');
    for (const [index, one] of bad.entries()) {
      expect(await reports([bundle, one, bundle])).toEqual([good, alone[index], good]);
      expect(await reports([one, bundle, one])).toEqual([alone[index], good, alone[index]]);
    }
    expect(new Set(alone.map(outcome)).size).toBeGreaterThan(3);
  });

  it('under another trust policy, and under the first one again', async () => {
    const under = (root: object) => async () => outcome(await verifiedOne(bundle, releaseTrust(root)));
    const [own, other] = [under(plain.root), under(stamped.root)];
    expect([await own(), await other(), await own()]).toEqual(['passed', expect.stringMatching(/error/), 'passed']);
  });
});
