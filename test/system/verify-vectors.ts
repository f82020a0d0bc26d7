// Every real document in which something is or should be signed, with the trust that would let it through. `MAESTRO_VECTORS` names the
// folder whose `evidence` holds them.
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import type { Signed, Verifier } from '../../src/domain/signed.ts';
import { isWhole, type Verification } from '../../src/domain/verification.ts';
import { readDocument } from '../../src/evidence/read.ts';
import type { Reading } from '../../src/evidence/reading.ts';
import { publicKeyOf } from '../../src/trust/signature.ts';
import { normalRepository } from '../../src/trust/source-uri.ts';
import { readTrust, type Trust, type TrustFile } from '../../src/trust/trust.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import { bytesOf, VECTORS, type Vector } from './evidence-vectors.ts';

const FOLDER = join(process.env.MAESTRO_VECTORS ?? '', 'evidence');

export type TrustInput = Required<Omit<z.input<typeof TrustFile>, 'key_threshold'>>;

/** `artifact` is the file that it is about; null where that is not there. */
export type SignedVector = Vector & { readonly artifact: string | null };

export const SIGNED_VECTORS: readonly SignedVector[] = VECTORS.length === 0 ? [] : signedVectors();

// The last kind is that of documents with signatures within them, which the index calls what they hold.
function signedVectors(): SignedVector[] {
  const [head = [], ...rows] = readFileSync(join(FOLDER, 'INDEX.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const cell = (row: string[], name: string) => row[head.indexOf(name)] ?? '';
  const byFile = new Map(rows.map((row) => [cell(row, 'file'), row]));
  return VECTORS.flatMap((vector) => {
    const row = byFile.get(vector.file) ?? [];
    const isSigned = /provenance|attestation|vsa|signature/.test(vector.kind) || /sig/.test(cell(row, 'measured'));
    const [, artifact = null] = /artifact ([^;]+)/.exec(cell(row, 'verify_with')) ?? [];
    return isSigned ? [{ ...vector, artifact }] : [];
  });
}

export const fileBytes = (file: string): Buffer => readFileSync(join(FOLDER, file));
const text = (file: string): string => fileBytes(file).toString('utf8');
const isThere = (file: string): boolean => existsSync(join(FOLDER, file));

export const isConformance = ({ file }: Vector): boolean => file.includes('/sigstore-conformance/');

export const NOW = '2026-01-31T10:00:00.000Z';

/** What is trusted, as the service reads it. Throws where the file is refused. */
export const trusting = (trust: TrustInput): Trust => readTrust(JSON.stringify(trust), NOW);

export const verified = (bytes: Uint8Array, trust: Trust): Promise<Reading> =>
  readDocument(bytes, undefined, undefined, { verify: verifierOf(trust), receivedAt: NOW });

export const wholeOnes = ({ verification }: Reading): Verification['attestations'] =>
  verification?.attestations.filter(isWhole) ?? [];

/** The most that could be trusted for a document: the roots, keys and signers that it is said to be of, and all that it claims itself. */
export async function permissiveTrust(vector: SignedVector): Promise<TrustInput> {
  const bytes = bytesOf(vector);
  const claims = await claimsOf(bytes);
  const [keys, roots] = [keysFor(vector), rootsFor(vector)];
  const rootNames = [...roots.map(({ name }) => name), ...(isOfOwnRoot(vector) ? [] : ['public-good'])];
  const identities = rootNames
    .flatMap((root) => subjectsIn(bytes).flatMap((subject) => ISSUERS.map((issuer) => ({ root, issuer, subject }))))
    .map((one, index) => ({ name: `signer-${index}`, ...one }));
  const names = { keys: keys.map(({ name }) => name), identities: identities.map(({ name }) => name) };
  return {
    public_good: !isOfOwnRoot(vector),
    npm: true,
    roots,
    keys,
    identities,
    builders: claims.builders.map((id) => ({ id, delegated: true, ...names })),
    sources: claims.sources.map((repository) => ({ repository })),
  };
}

const GITHUB = 'https://token.actions.githubusercontent.com';
const ISSUERS = [GITHUB, `${GITHUB}/hammer-time`, 'https://github.com/login/oauth', 'https://accounts.google.com'];

// Its readers hand to the verifier what it says: that is asked for what it claims.
async function claimsOf(bytes: Buffer): Promise<{ builders: string[]; sources: string[] }> {
  let found: readonly Signed[] = [];
  const verify: Verifier = (signed) => {
    found = signed;
    return { trust: '', trust_since: NOW, libraries: {}, attestations: [], attestations_total: 0 };
  };
  await readDocument(bytes, undefined, undefined, { verify, receivedAt: NOW });
  const facts = found.flatMap((one) => ('statement' in one && one.statement?.facts ? [one.statement.facts] : []));
  const provenance = facts.flatMap((one) => (one.kind === 'provenance' ? [one] : []));
  const sources = provenance.map(({ source }) => (source.uri === null ? null : normalRepository(source.uri)));
  const each = (values: (string | null)[]) => [...new Set(values)].filter((one) => one !== null && one !== '');
  return { builders: each(provenance.map(({ builder_id }) => builder_id)), sources: each(sources) };
}

// The names in the certificates of its bundles.
function subjectsIn(bytes: Buffer): string[] {
  const certificates = bytes.toString('utf8').matchAll(/"rawBytes"\s*:\s*"([A-Za-z0-9+/=]+)"/g);
  const subjects = [...certificates].flatMap(([, encoded = '']) => {
    try {
      const { subjectAltName = '' } = new X509Certificate(Buffer.from(encoded, 'base64'));
      return /^(?:URI|email):(.+)$/.exec(subjectAltName)?.[1] ?? [];
    } catch {
      return [];
    }
  });
  return [...new Set(subjects)];
}

const STAGING = 'trust/sigstore-python/https_3A_2F_2Ftuf-repo-cdn.sigstage.dev/trusted_root.json';

const besides = ({ file }: Vector, name: string): string => join(dirname(file), name);

// The cases of the conformance suite say which root is theirs; of all others both of Sigstore's instances are tried.
const isOfOwnRoot = (vector: Vector): boolean => isConformance(vector) && isThere(besides(vector, 'trusted_root.json'));

function rootsFor(vector: Vector): TrustInput['roots'] {
  if (isOfOwnRoot(vector)) return [{ name: 'own', trusted_root: JSON.parse(text(besides(vector, 'trusted_root.json'))) }];
  return [{ name: 'staging', trusted_root: JSON.parse(text(STAGING)) }];
}

type Key = TrustInput['keys'][number];

const KEY_FILES = [
  'attestations/slsa-verifier/vsa/gce/v1/vsa_signing_public_key.pem',
  'attestations/witness/test/testpub.pem',
  'attestations/chainloop/action/testdata/cosign.pub',
  'tool-native/grype-sbom-inputs/grype/pkg/testdata/cosign.pub',
];

let sharedKeys: Key[] | null = null;

function keysFor(vector: Vector): Key[] {
  const own = besides(vector, 'key.pub');
  if (isThere(own)) return [keyOf('own', text(own))];
  if (sharedKeys === null) {
    const ofCloudBuild = readdirSync(join(FOLDER, 'trust/gcb-keys')).map((name) => `trust/gcb-keys/${name}`);
    // Some lie there under two names.
    const pems = new Map([...ofCloudBuild, ...KEY_FILES].map((file) => [publicKeyOf({ pem: text(file) }).digest, text(file)]));
    sharedKeys = [...pems.values()].map((pem, index) => keyOf(`key-${index}`, pem));
  }
  return sharedKeys;
}

export const keyOf = (name: string, pem: string): Key => ({ name, pem, valid_from: '2020-01-01T00:00:00Z' });
