// What the tests of trust share: trust files, and documents verified under them.

import { type Attestation, allPassed, type Check, type Verification } from '../../src/domain/evidence/verification.ts';
import { readDocument } from '../../src/evidence/read.ts';
import { type CompiledTrust, compileTrust } from '../../src/trust/compiled.ts';
import { readTrustPolicy, type TrustPolicy } from '../../src/trust/trust-policy.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import { githubWorkflow } from './signing.ts';

export const SINCE = '2026-01-01T00:00:00.000Z';
export const GITHUB = 'https://token.actions.githubusercontent.com';

export const REPOSITORY = 'acme/payment-api';
export const SOURCE = `https://github.com/${REPOSITORY}`;
/** The workflow that may release. */
export const SIGNER = githubWorkflow(REPOSITORY);
export const ARTIFACT = { name: 'app.tgz', sha256: 'ab'.repeat(32) };

/** The policy of a trust file. */
export function trustOf(file: object): TrustPolicy {
  const known = policies.get(file) ?? readTrustPolicy(JSON.stringify(file), SINCE);
  policies.set(file, known);
  return known;
}

// Most tests of a file verify under one trust file, and change none.
const policies = new WeakMap<object, TrustPolicy>();

export const compiledOf = (file: object): CompiledTrust => compileTrust(trustOf(file));

/** A trust file by which the workflow may release under the root of an instance. */
export function releaseTrust(root: object, changes: object = {}): object {
  return {
    roots: [{ name: 'acme', trusted_root: root }],
    identities: [{ name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject }],
    builders: [{ id: SIGNER.subject, identities: ['release'] }],
    sources: [{ repository: SOURCE, refs: ['refs/heads/main'] }],
    ...changes,
  };
}

/** A trust file by which keys may sign, each by its PEM and named as it is here, and speak for a builder. */
export function keyTrust(pems: Record<string, string>, changes: object = {}): object {
  return {
    keys: Object.entries(pems).map(([name, pem]) => ({ name, pem, valid_from: '2026-01-01T00:00:00Z' })),
    builders: [{ id: SIGNER.subject, keys: Object.keys(pems) }],
    sources: [{ repository: SOURCE }],
    ...changes,
  };
}

export const now = () => new Date().toISOString();

/** A document, an object as its JSON, verified under a trust file. */
export async function verified(document: unknown, file: object, receivedAt = now()): Promise<Verification> {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  const { verification } = await readDocument(bytes, undefined, undefined, {
    verify: verifierOf(trustOf(file)),
    receivedAt,
  });
  if (verification === null) throw new Error('nothing in the document is signed');
  return verification;
}

/** The same of a document that holds one attestation. */
export async function verifiedOne(document: unknown, file: object, receivedAt?: string): Promise<Attestation> {
  const { attestations } = await verified(document, file, receivedAt);
  const [one] = attestations;
  if (one === undefined || attestations.length !== 1) throw new Error(`it holds ${attestations.length} attestations`);
  return one;
}

/** `passed`, or the codes of the checks that failed; checks that were not made are left out. */
export function outcome(one: Parameters<typeof allPassed>[0]): string {
  return allPassed(one) ? 'passed' : codesOf(one.links).join(', ');
}

export function codesOf(checks: readonly Check[]): string[] {
  return checks.flatMap(({ code }) => (code === null || code === 'not_checked' ? [] : [code]));
}
