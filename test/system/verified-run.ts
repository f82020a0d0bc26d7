// A run whose three flags are verified, with everything that it rests on: what tests damage, swap and take away.
import { createHash } from 'node:crypto';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { finishReading } from '../../src/domain/evidence/evidence-changes.ts';
import { type RunReading, runReading } from '../../src/domain/evidence/reading.ts';
import type { ArtifactFlags, Judging } from '../../src/domain/gate/flag.ts';
import { flagsOf } from '../../src/domain/gate/flags.ts';
import { readDocument } from '../../src/evidence/read.ts';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import { gateOf } from '../domain/gate/judged.ts';
import { anArtifact, aRun, STAMP } from '../domain/rows.ts';
import {
  dsseEnvelope,
  githubProvenance,
  githubWorkflow,
  newInstance,
  newKey,
  sbomStatement,
  vexStatement,
} from '../trust/signing.ts';

export const REPOSITORY = 'acme/payment-api';
const NO_FLAGS = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };

/** Everything that the flags of one built thing rest on, as a caller and an operator hand it over. */
export type World = {
  content: Buffer;
  /** A bundle, a bundle, and an envelope signed by a key. */
  documents: { provenance: Json; sbom: Json; vex: Json };
  /** Documents as text, where no object is what they are. */
  texts?: { [name: string]: string };
  trust: Json;
  receivedAt: string;
};

// biome-ignore lint/suspicious/noExplicitAny: documents are damaged anywhere.
export type Json = Record<string, any>;

export const instance = await newInstance();
export const key = newKey('p256');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The bytes of a build, by its name. */
export const contentOf = (build: string) => Buffer.from(`the bytes of build ${build}`);

/** The three documents about a build. */
export async function documentsOf(build: string): Promise<World['documents']> {
  const subject = { name: 'payment-api.tgz', sha256: sha256(contentOf(build)) };
  const signer = githubWorkflow(REPOSITORY);
  return {
    provenance: await instance.signStatement(githubProvenance(REPOSITORY, subject), signer),
    sbom: await instance.signStatement(sbomStatement(subject), signer),
    vex: dsseEnvelope(vexStatement(subject), [key]),
  };
}

/** What has to be trusted for them. */
export function trustOf(): Json {
  const { subject } = githubWorkflow(REPOSITORY);
  return {
    roots: [{ name: 'acme', trusted_root: structuredClone(instance.root) }],
    keys: [{ name: 'security', pem: key.pem, valid_from: '2026-01-01T00:00:00Z', valid_until: '2027-01-01T00:00:00Z' }],
    identities: [{ name: 'release', root: 'acme', issuer: 'https://token.actions.githubusercontent.com', subject }],
    builders: [{ id: subject, identities: ['release'] }],
    sources: [{ repository: `https://github.com/${REPOSITORY}`, refs: ['refs/heads/main'] }],
  };
}

export async function newWorld(build = 'A'): Promise<World> {
  const documents = await documentsOf(build);
  return { content: contentOf(build), documents, trust: trustOf(), receivedAt: '2026-06-01T00:00:00.000Z' };
}

export type Handed = { readonly id: string; readonly bytes: Uint8Array };

/** The artifact with these bytes, as it stands once they were received and read. */
export async function received(
  { id, bytes }: Handed,
  trust: Json,
  receivedAt: string,
): Promise<{ artifact: Artifact; reading: RunReading; digest: string }> {
  const trusted = readTrustPolicy(JSON.stringify(trust), '2026-01-01T00:00:00.000Z');
  const verifying = { verify: verifierOf(trusted), receivedAt };
  const reading = await readDocument(bytes, undefined, undefined, verifying);
  const sha512 = createHash('sha512').update(bytes).digest('hex');
  const content = {
    digests: { sha256: sha256(bytes), sha512 },
    size: bytes.length,
    media_type: 'application/octet-stream',
    stored_at: receivedAt,
  };
  const waiting = anArtifact({ id, kind: 'other', content, evidence: null }, NO_FLAGS);
  const change = finishReading(waiting, reading, STAMP);
  if (change === null) throw new Error('The artifact does not wait to be read');
  return { artifact: change.artifact, reading: runReading(id, reading), digest: trusted.digest };
}

export type Verdict = { passed: boolean; flags: Readonly<ArtifactFlags> | undefined };

/** What the gate says of a run with such artifacts, and the flags of the first one: the built thing. */
export async function judge(handed: readonly Handed[], trust: Json, receivedAt: string): Promise<Verdict> {
  const all = await Promise.all(handed.map((one) => received(one, trust, receivedAt)));
  const artifacts = all.map(({ artifact }) => artifact);
  const readings = all.map(({ reading }) => reading);
  const judging: Judging = { minimum: 'verified', trust: all[0]?.digest ?? null };
  const { passed } = gateOf(aRun({ status: 'succeeded' }), artifacts, readings, judging);
  return { passed, flags: flagsOf(artifacts, readings, judging).get(handed[0]?.id ?? '') };
}

/** A world handed over: the built thing first. */
export function handedIn({ content, documents, texts = {} }: World): Handed[] {
  const document = (id: string, value: Json | string) => ({
    id,
    bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  });
  const named = Object.entries(documents).map(([name, value]) => document(name, texts[name] ?? value));
  return [{ id: 'built', bytes: content }, ...named];
}
