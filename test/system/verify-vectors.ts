// Every real document in which something is or should be signed, with the trust that would let it through. `MAESTRO_VECTORS` names the
// folder whose `evidence` holds them.
import { hash, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { Artifact, ArtifactContent } from '../../src/domain/artifact/artifact.ts';
import { type Evidence, PENDING } from '../../src/domain/evidence/evidence.ts';
import { runReading, summaryOf } from '../../src/domain/evidence/reading.ts';
import type { Signed, Verifier } from '../../src/domain/evidence/signed.ts';
import { type Attestation, allPassed } from '../../src/domain/evidence/verification.ts';
import { FLAGS } from '../../src/domain/gate/flag.ts';
import { flagsOf, isEvidenceOf } from '../../src/domain/gate/flags.ts';
import { evidenceReport } from '../../src/evidence/evidence-report.ts';
import type { RunContext } from '../../src/evidence/named-by.ts';
import { readDocument } from '../../src/evidence/read.ts';
import type { Reading } from '../../src/evidence/reading.ts';
import { publicKeyOf } from '../../src/trust/public-key.ts';
import { normalRepository } from '../../src/trust/source-uri.ts';
import { readTrustPolicy, type TrustPolicy } from '../../src/trust/trust-policy.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import { gateOf } from '../domain/gate/judged.ts';
import { anArtifact, aRun } from '../domain/rows.ts';
import { dsseEnvelope, newKey, pae, type SigningKey, sbomStatement, vexStatement } from '../trust/signing.ts';
import { codesOf } from '../trust/trusted.ts';
import { bytesOf, VECTORS, type Vector } from './evidence-vectors.ts';

const FOLDER = join(process.env.MAESTRO_VECTORS ?? '', 'evidence');

type Key = { name: string; pem: string; valid_from: string };
type Identity = { name: string; root: string; issuer: string; subject: string; triggers?: string[] };
type Builder = {
  id: string;
  delegated: boolean;
  keys: string[];
  identities: string[];
  parameters?: 'any';
  runner?: 'any';
};

/** A trust file. */
export type TrustInput = {
  public_good: boolean;
  npm: boolean;
  roots: { name: string; trusted_root: object }[];
  keys: Key[];
  identities: Identity[];
  builders: Builder[];
  sources: { repository: string; refs?: string[] }[];
};

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

export const isConformance = ({ file }: Vector): boolean => file.includes('/sigstore-conformance/');

export const NOW = '2026-01-31T10:00:00.000Z';

/** What is trusted, as the service reads it. Throws where the file is refused. */
export const trusting = (trust: TrustInput): TrustPolicy => readTrustPolicy(JSON.stringify(trust), NOW);

export const verified = (bytes: Uint8Array, trust: TrustPolicy): Promise<Reading> =>
  readDocument(bytes, undefined, undefined, { verify: verifierOf(trust), receivedAt: NOW });

export const passedOnes = ({ verification }: Pick<Reading, 'verification'>): Attestation[] =>
  verification?.attestations.filter(allPassed) ?? [];

/** Why nothing in a document is verified: the first code of each of its chains, each once. */
export function reasonOf({ verification }: Reading): string {
  if (verification === null) return 'unsigned';
  const codes = verification.attestations.map(({ links }) => codesOf(links)[0] ?? 'passed');
  return [...new Set(codes)].sort().join(' ');
}

/** The most that could be trusted for a document: the roots, keys and signers that it is said to be of, and all that it claims itself. */
export async function permissiveTrust(vector: SignedVector): Promise<TrustInput> {
  const bytes = bytesOf(vector);
  const claims = await claimsOf(bytes);
  const keys = keysFor(vector);
  // No root is asked for but by bundles. Those that have none of their own are tried with both of Sigstore's instances.
  const own = ownFile(vector, OWN_ROOT);
  const isBundle = bytes.includes('"verificationMaterial"');
  const public_good = isBundle && own === null;
  const roots = isBundle ? [{ name: 'local', trusted_root: jsonOf(own ?? STAGING) }] : [];
  const identities = [...(public_good ? ['public-good'] : []), ...roots.map(({ name }) => name)]
    .flatMap((root) => subjectsIn(bytes).flatMap((subject) => ISSUERS.map((issuer) => ({ root, issuer, subject }))))
    .map((one, index) => ({ name: `signer-${index}`, ...one, triggers: TRIGGERS }));
  const names = { keys: keys.map(({ name }) => name), identities: identities.map(({ name }) => name) };
  return {
    public_good,
    npm: true,
    roots,
    keys,
    identities,
    builders: claims.builders.map((id) => ({ id, delegated: true, parameters: 'any', runner: 'any', ...names })),
    sources: claims.sources.map((repository) => ({ repository, refs: REFS })),
  };
}

const TRIGGERS = ['push', 'workflow_dispatch', 'schedule', 'release', 'create', 'pull_request', 'workflow_run'];
const REFS = ['any', 'unstated', 'refs/pull/*/merge', 'refs/pull/*/head'];

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
  const each = (values: (string | null)[]) =>
    [...new Set(values.filter((one) => one !== null && one !== ''))] as string[];
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
/** Of an instance that none of the documents is of. */
const OTHER_ROOT = 'attestations/sigstore-go/pkg/testing/data/trusted-roots/scaffolding.json';

// The cases of the conformance suite have theirs beside them, sigstore-go has them in folders of their own.
const OWN_ROOT = 'trusted_root.json';
const OWN_KEY = 'key.pub';
const ELSEWHERE: Record<string, Record<string, string>> = {
  'attestations/sigstore-go/pkg/testing/data/bundles/public-key-validity.sigstore.json': {
    [OWN_ROOT]: 'attestations/sigstore-go/pkg/testing/data/trusted-roots/public-key-validity.json',
    [OWN_KEY]: 'attestations/sigstore-go/pkg/testing/data/public-keys/public-key-validity.pem',
  },
};

function ownFile(vector: Vector, name: string): string | null {
  const file = ELSEWHERE[vector.file]?.[name] ?? join(dirname(vector.file), name);
  const isOwn = isConformance(vector) || Object.hasOwn(ELSEWHERE, vector.file);
  return isOwn && existsSync(join(FOLDER, file)) ? file : null;
}

const jsonOf = (file: string) => JSON.parse(text(file));

const KEY_FILES = [
  'attestations/slsa-verifier/vsa/gce/v1/vsa_signing_public_key.pem',
  'attestations/witness/test/testpub.pem',
  'attestations/chainloop/action/testdata/cosign.pub',
  'tool-native/grype-sbom-inputs/grype/pkg/testdata/cosign.pub',
];

let sharedKeys: Key[] | null = null;

function keysFor(vector: Vector): Key[] {
  const own = ownFile(vector, OWN_KEY);
  if (own !== null) return [keyOf('own', text(own))];
  if (sharedKeys === null) {
    const ofCloudBuild = readdirSync(join(FOLDER, 'trust/gcb-keys')).map((name) => `trust/gcb-keys/${name}`);
    // Some lie there under two names.
    const pems = new Map(
      [...ofCloudBuild, ...KEY_FILES].map((file) => [publicKeyOf({ pem: text(file) }).digest, text(file)]),
    );
    sharedKeys = [...pems.values()].map((pem, index) => keyOf(`key-${index}`, pem));
  }
  return sharedKeys;
}

export const keyOf = (name: string, pem: string): Key => ({ name, pem, valid_from: '2020-01-01T00:00:00Z' });

/** The same trust without those who did not sign what is verified under it, and without the roots that none of them is under. */
export function exactTrust(trust: TrustInput, reading: Reading): TrustInput {
  const names = new Set(passedOnes(reading).flatMap(({ signers }) => signers.map(({ trusted_as }) => trusted_as)));
  const used = <Entry extends { name: string }>(entries: Entry[]) => entries.filter(({ name }) => names.has(name));
  const exact = consistent({ ...trust, keys: used(trust.keys), identities: used(trust.identities) });
  if (exact.identities.length === 0) return exact;
  const isUsed = (name: string) => exact.identities.some(({ root }) => root === name);
  return { ...exact, public_good: isUsed('public-good'), roots: exact.roots.filter(({ name }) => isUsed(name)) };
}

// Builders may name those only who are there.
function consistent(trust: TrustInput): TrustInput {
  const among = (entries: readonly { name: string }[], names: string[]) =>
    names.filter((name) => entries.some((one) => one.name === name));
  const builders = trust.builders.map((one) => ({
    ...one,
    keys: among(trust.keys, one.keys),
    identities: among(trust.identities, one.identities),
  }));
  return { ...trust, builders };
}

/** Every way to trust somebody or something else than a document needs, which is verified under the trust that is given. */
export function otherTrusts(trust: TrustInput, whole: readonly Attestation[]): [how: string, TrustInput][] {
  const has = (name: string) => whole.some(({ links }) => links.some(({ link }) => link === name));
  const speaking = (identities: Identity[]): TrustInput => {
    const names = identities.map(({ name }) => name);
    return { ...trust, identities, builders: trust.builders.map((one) => ({ ...one, identities: names })) };
  };
  // All at once, as one that is taken would be enough.
  const others = trust.identities.flatMap((one, index) =>
    Object.entries(OTHERS).map(([name, change]) => ({ ...one, ...change(one), name: `${name}-${index}` })),
  );
  const otherRoot = { public_good: false, roots: [{ name: 'other', trusted_root: jsonOf(OTHER_ROOT) }] };
  const builders = trust.builders.flatMap((one) => lookAlikes(one.id).map((id) => ({ ...one, id })));
  const sources = trust.sources.flatMap(({ repository }) => lookAlikes(repository).map((one) => ({ repository: one })));
  const ways: [link: string, how: string, TrustInput][] = [
    ['certificate', 'other identities', speaking(others)],
    ['certificate', 'no identity', speaking([])],
    ['key', 'another key', { ...trust, keys: trust.keys.map(({ name }) => keyOf(name, newKey().pem)) }],
    ['key', 'no key', consistent({ ...trust, keys: [] })],
    ['log', 'another root', { ...speaking(trust.identities.map((one) => ({ ...one, root: 'other' }))), ...otherRoot }],
    ['log', 'no root', { ...speaking([]), public_good: false, roots: [] }],
    ['builder', 'other builders', { ...trust, builders }],
    ['builder', 'no builder', { ...trust, builders: [] }],
    ['source', 'other sources', { ...trust, sources }],
    ['source', 'no source', { ...trust, sources: [] }],
  ];
  return ways.flatMap(([link, how, one]) => (has(link) ? [[how, one]] : []));
}

const OTHERS: Record<string, (one: Identity) => Partial<Identity>> = {
  prefix: ({ subject }) => ({ subject: `x${subject}` }),
  suffix: ({ subject }) => ({ subject: `${subject}x` }),
  'cut-in-front': ({ subject }) => ({ subject: subject.slice(1) }),
  'cut-at-the-end': ({ subject }) => ({ subject: subject.slice(0, -1) }),
  case: ({ subject }) => ({ subject: inAnotherCase(subject) }),
  ref: ({ subject }) => ({ subject: subject.replace(/@[^@]*$/, '@refs/heads/other') }),
  issuer: ({ issuer }) => ({ issuer: `${issuer}/other` }),
  'cut-issuer': ({ issuer }) => ({ issuer: issuer.slice(0, -1) }),
};

const lookAlikes = (text: string) => [`${text}x`, text.slice(0, -1), inAnotherCase(text)];

// The last small letter.
const inAnotherCase = (subject: string) => subject.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase());

export function contentOf(bytes: Uint8Array): ArtifactContent {
  const digests = { sha256: hash('sha256', bytes), sha512: hash('sha512', bytes) };
  return { digests, size: bytes.length, media_type: 'application/octet-stream', stored_at: NOW };
}

const UNDECLARED = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };
const OPAQUE: Evidence = { ...PENDING, state: 'opaque', kind: 'opaque' };

/** A document as it was read under a trust. */
export type Held = { readonly bytes: Buffer; readonly reading: Reading; readonly trust: TrustPolicy };

/**
 * How a document stands in a run with an artifact, and what the gate says of it. Beside it are an SBOM and a VEX document that name `named`
 * and that a key signed which is trusted, too: so provenance alone is missing.
 */
export async function judged(document: Held, key: SigningKey, changes: Partial<Artifact>, named: ArtifactContent) {
  const { trust } = document;
  const subject = { name: 'artifact', sha256: named.digests.sha256 };
  const signed = async (statement: object) => {
    const bytes = Buffer.from(JSON.stringify(dsseEnvelope(statement, [key])));
    return { bytes, reading: await verified(bytes, trust) };
  };
  const documents = { document, sbom: await signed(sbomStatement(subject)), vex: await signed(vexStatement(subject)) };
  const rows = Object.entries(documents).map(([id, { bytes, reading }]) =>
    anArtifact({ id, content: contentOf(bytes), evidence: summaryOf(reading, NOW) }, UNDECLARED),
  );
  const readings = Object.entries(documents).map(([id, { reading }]) => runReading(id, reading));
  const evidence = changes.content ? OPAQUE : null;
  const target = anArtifact({ id: 'target', evidence, ...changes }, UNDECLARED);
  const [run, all] = [aRun({ status: 'succeeded' }), [...rows, target]];
  const judging = { minimum: 'verified' as const, trust: trust.digest };
  const artifacts = all.filter((artifact) => isEvidenceOf(run, artifact));
  const context = { artifacts, readings, trust: trust.digest };
  const alone = flagsOf(artifacts, readings.slice(0, 1), judging);
  const gate = gateOf(run, all, readings, judging);
  return {
    states: statesOf(document, context),
    target: evidenceReport(target, OPAQUE, null, target.run_id === run.id ? context : undefined),
    /** The flags that the document alone gives to anything in the run. */
    flags: FLAGS.filter((flag) => [...alone.values()].some((one) => one[flag].value)),
    passed: gate.passed,
    missing: gate.details.artifacts.find(({ artifact_id }) => artifact_id === 'target')?.missing,
  };
}

/** The state in a run of what passes in a document. */
export function statesOf({ bytes, reading }: Held, run: RunContext) {
  const artifact = { id: 'document', content: contentOf(bytes), content_hash: null };
  const { verification } = evidenceReport(artifact, summaryOf(reading, NOW), reading, run);
  const whole = new Set(passedOnes(reading).map(({ pointer }) => pointer));
  return (verification?.attestations ?? [])
    .filter(({ pointer }) => whole.has(pointer))
    .map(({ state, about }) => ({ state, about }));
}

/** The trust under which the envelopes below are whole that say what was signed. */
export const envelopeTrust = (key: SigningKey): TrustInput => ({
  public_good: false,
  npm: false,
  roots: [],
  keys: [keyOf('own', key.pem)],
  identities: [],
  builders: BUILDERS.map((id) => ({ id, delegated: false, parameters: 'any', keys: ['own'], identities: [] })),
  sources: REPOSITORIES.map((repository) => ({ repository, refs: REFS })),
});

const BUILDERS = ['https://builders.example/one', 'https://builders.example/other'];
const REPOSITORIES = ['https://github.com/acme/payment-api', 'https://github.com/acme/payment-web'];
const STATEMENT = { _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/provenance/v1' };

type Provenance = typeof STATEMENT & {
  subject: { name: string; digest: { sha256: string } }[];
  predicate: {
    buildDefinition: { externalParameters: { workflow: { repository: string; ref: string } } };
    runDetails: { builder: { id: string } };
  };
};

const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const anySubject = fc.record({
  name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  digest: anyDigest.map((sha256) => ({ sha256 })),
});

const anyProvenance: fc.Arbitrary<Provenance> = fc
  .tuple(
    fc.array(anySubject, { minLength: 1, maxLength: 5 }),
    fc.constantFrom(...BUILDERS),
    fc.constantFrom(...REPOSITORIES),
  )
  .map(([subject, id, repository]) => ({
    ...STATEMENT,
    subject,
    predicate: {
      buildDefinition: { externalParameters: { workflow: { repository, ref: 'refs/heads/main' } } },
      runDetails: { builder: { id } },
    },
  }));

// What is signed: a statement as text, and in it a part of another one.
const PAYLOADS: Record<string, (text: string, other: Provenance) => string | Buffer> = {
  'as it is': (text) => text,
  'a subject before it': (text, { subject }) => `{"subject":${JSON.stringify(subject)},${text.slice(1)}`,
  'a subject after it': (text, { subject }) => `${text.slice(0, -1)},"subject":${JSON.stringify(subject)}}`,
  'a subject with an escape in its name': (text, { subject }) =>
    `{"sub\\u006aect":${JSON.stringify(subject)},${text.slice(1)}`,
  'a subject by a name in capitals': (text, { subject }) => `{"SUBJECT":${JSON.stringify(subject)},${text.slice(1)}`,
  'a second predicate type': (text) => `{"predicateType":"https://example.com/other",${text.slice(1)}`,
  'a second digest': (text, { subject }) =>
    text.replace('"digest":{', `"digest":{"sha256":"${subject[0]?.digest.sha256}",`),
  'a second builder': (text) => text.replace('"builder":{', `"builder":{"id":"${BUILDERS[0]}",`),
  'a second repository': (text) => text.replace('"workflow":{', `"workflow":{"repository":"${REPOSITORIES[0]}",`),
  'a field twice that nobody reads': (text) => `{"unread":1,"unread":2,${text.slice(1)}`,
  'a prototype': (text, other) => `{"__proto__":${JSON.stringify(other)},${text.slice(1)}`,
  'a byte that is no UTF-8': (text) => {
    const at = text.indexOf('"name":"') + 8;
    return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from([0xff]), Buffer.from(text.slice(at))]);
  },
  'a byte-order mark': (text) => `\ufeff${text}`,
  'two statements': (text, other) => text + JSON.stringify(other),
};

type Parts = { payload: string; rest: string; forged: string; at: number };

const json = (payload: string, rest: string) => `{"payload":${JSON.stringify(payload)},${rest}`;
const inserted = ({ payload, rest, at }: Parts, what: string) => {
  const index = at % (payload.length + 1);
  // Up to four of them, as four more leave the length one that base64 has.
  return json(payload.slice(0, index) + what.repeat(1 + (at % 4)) + payload.slice(index), rest);
};

// The envelope around it, as text; `rest` is all of it but the payload, which stands first, and `forged` the payload of another statement.
const ENVELOPES: Record<string, (parts: Parts) => string> = {
  'as it is': ({ payload, rest }) => json(payload, rest),
  'the other alphabet': ({ payload, rest }) => json(payload.replaceAll('+', '-').replaceAll('/', '_'), rest),
  'two alphabets': ({ payload, rest }) => json(payload.replace('+', '-').replace('/', '_'), rest),
  'no padding': ({ payload, rest }) => json(payload.replace(/=+$/, ''), rest),
  'bits behind the end': ({ payload, rest }) => json(payload.replace(/[A-Za-z0-9+/](?==+$)/, nextDigit), rest),
  'a payload in capitals beside it': ({ payload, rest, forged }) =>
    `{"PAYLOAD":"${forged}",${json(payload, rest).slice(1)}`,
  'a line break': (parts) => inserted(parts, '\n'),
  'a space': (parts) => inserted(parts, ' '),
  'a character that is no base64': (parts) => inserted(parts, '!'),
  'padding within': ({ payload, rest }) => json(`QQ==${payload}`, rest),
  'another payload before it': ({ payload, rest, forged }) => `{"payload":"${forged}",${json(payload, rest).slice(1)}`,
  'another payload behind it': ({ payload, rest, forged }) =>
    `${json(payload, rest).slice(0, -1)},"payload":"${forged}"}`,
  'another payload with an escape in its name': ({ payload, rest, forged }) =>
    `{"p\\u0061yload":"${forged}",${json(payload, rest).slice(1)}`,
  'the payload twice': ({ payload, rest }) => `{"payload":"${payload}",${json(payload, rest).slice(1)}`,
  'another payload in its place': ({ rest, forged }) => json(forged, rest),
  'another payload type before it': ({ payload, rest }) =>
    `{"payloadType":"text/plain",${json(payload, rest).slice(1)}`,
  'no signature before it': ({ payload, rest }) => `{"signatures":[],${json(payload, rest).slice(1)}`,
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
// Of the last digit before padding the lowest bits are of no byte.
const nextDigit = (digit: string) => ALPHABET[ALPHABET.indexOf(digit) + 1] ?? digit;

/** How a payload and an envelope are written that say nothing in two ways. */
export const PLAIN_PAYLOADS = ['as it is', 'a subject by a name in capitals', 'a prototype'];
export const PLAIN_ENVELOPES = Object.keys(ENVELOPES).slice(0, 6);

/** Envelopes that a key signed, written as other tools do and as attackers would. `signed` is what the key signed. */
export const anyEnvelope = (key: SigningKey) =>
  fc
    .record({
      statement: anyProvenance,
      other: anyProvenance,
      payload: fc.constantFrom(...Object.keys(PAYLOADS)),
      envelope: fc.constantFrom(...Object.keys(ENVELOPES)),
      at: fc.nat(),
    })
    .filter(({ statement, other }) => JSON.stringify(statement) !== JSON.stringify(other))
    .map(({ statement, other, payload, envelope, at }) => {
      const signed = Buffer.from(PAYLOADS[payload]?.(JSON.stringify(statement), other) ?? '');
      const signatures = [{ keyid: '', sig: key.sign(pae(IN_TOTO, signed)).toString('base64') }];
      const rest = JSON.stringify({ payloadType: IN_TOTO, signatures }).slice(1);
      const forged = Buffer.from(JSON.stringify(other)).toString('base64');
      const parts = { payload: signed.toString('base64'), rest, forged, at };
      return { payload, envelope, signed, bytes: Buffer.from(ENVELOPES[envelope]?.(parts) ?? '') };
    });

const IN_TOTO = 'application/vnd.in-toto+json';

/** What provenance says, as it was read. */
export const saidIn = ({
  predicate_type,
  subjects,
  facts,
}: Pick<Attestation, 'predicate_type' | 'subjects' | 'facts'>) => ({
  predicate_type,
  subjects,
  builder: facts?.kind === 'provenance' ? facts.builder_id : null,
  source: facts?.kind === 'provenance' ? facts.source.uri : null,
});

/** The same of what was signed, read with nothing but `JSON.parse`. */
export function saidBySigned(signed: Buffer): ReturnType<typeof saidIn> {
  const { predicateType, subject, predicate }: Provenance = JSON.parse(signed.toString('utf8'));
  return {
    predicate_type: predicateType,
    subjects: subject.map(({ name, digest }) => ({ name, digests: digest })),
    builder: predicate.runDetails.builder.id,
    source: predicate.buildDefinition.externalParameters.workflow.repository,
  };
}

/** The valid documents in which nothing is verified, and why: `code` is what `reasonOf` says of each. */
export const NOT_VERIFIED: readonly { code: string; why: string; files: readonly string[] }[] = [
  {
    code: 'unsigned',
    why: 'It is a statement or a predicate that nobody signed.',
    files: [
      'attestations/ampel/pkg/verifier/testdata/link2.json',
      'attestations/chainloop/policies/testdata/statement.json',
      'attestations/chainloop/policies/testdata/statement_missing_runner.json',
      'attestations/collector/statement/intoto/testdata/sample.intoto.json',
      'attestations/guac-data/docs/slsa/kube-slsa-v1.24.1.json',
      'attestations/guac-data/docs/slsa/kube-slsa-v1.25.2.json',
      'attestations/guac/github-review.json',
      'attestations/sigstore-conformance/statement.json',
      'attestations/sigstore-go/examples/statement-provenance-sigstorejs1.3.0.json',
      'attestations/sigstore-python/integration/attest/slsa_predicate_v0_2.json',
      'attestations/sigstore-python/integration/attest/slsa_predicate_v1_0.json',
      'attestations/slsa-verifier/gha_generic_container/v2.1.0/container_workflow_dispatch/blobs/sha256/8d63b5e440cc7cfa68622b4a3cae2dbe215f8f8dcc9f2fa4ffd3078d40d61a84',
      'attestations/slsa-verifier/internal/gcb/slsaprovenance/v0.1/testdata/gcloud-container-github.json',
      'attestations/spec-examples/attestation-reference-2.json',
      'attestations/spec-examples/attestation-test-result-1.json',
      'derived/statements/statement-chainloop-attestation-v0.2.json',
      'derived/statements/statement-cosign-custom-v1.json',
      'derived/statements/statement-slsa-v0.1-gcb.json',
      'derived/statements/statement-slsa-v0.2-generic.json',
      'derived/statements/statement-slsa-v1-bcr-module.json',
      'derived/statements/statement-slsa-v1-chainloop-github.json',
      'derived/statements/statement-slsa-v1-container-based.json',
      'derived/statements/statement-slsa-v1-npm-gundam-visor.json',
      'derived/statements/statement-vsa-gke.json',
    ],
  },
  {
    code: 'unsigned',
    why: 'It is JSON of a tool, and no statement: nothing in it is signed.',
    files: [
      'attestations/guac/ingest_predicates.json',
      'attestations/slsa-verifier/internal/gcb/slsaprovenance/v0.1/testdata/substitution-int.json',
      'attestations/slsa-verifier/internal/gcb/slsaprovenance/v0.1/testdata/substitution.json',
      'attestations/slsa-verifier/internal/gcb/slsaprovenance/v1.0/testdata/internalParameters.json',
      'attestations/trivy/pkg/rekor/testdata/log-entries-no-attestation.json',
      'attestations/trivy/pkg/rekor/testdata/search-response.json',
      'attestations/witness/test/cdx-sbom-policy.json',
      'attestations/witness/test/policy.json',
    ],
  },
  {
    code: 'unsigned',
    why: 'It is a signature in bytes of its own, which nothing tells from other bytes.',
    files: ['cyclonedx/cyclonedx-cli/bom-1.3.xml.valid.sig'],
  },
  {
    code: 'detached_signature',
    why: 'It is a signature in a file of its own, without what it signs or who signed.',
    files: [
      'attestations/sigstore-python/b.txt.sig',
      'attestations/sigstore-python/bundle.txt.sig',
      'attestations/sigstore-python/c.txt.sig',
    ],
  },
  {
    code: 'xml_dsig',
    why: 'Signatures within XML are not verified.',
    files: ['cyclonedx/cyclonedx-cli/signed-bom.xml'],
  },
  {
    code: 'certificate_without_time',
    why: 'Its certificate lived for minutes, and nothing in the file proves when it signed.',
    files: [
      'attestations/collector/repository/jsonl/testdata/multiple.jsonl',
      'attestations/slsa-verifier/binary-linux-amd64-e2e-builder-repo.intoto.jsonl',
      'attestations/slsa-verifier/binary-linux-amd64-multi-subject-first.intoto.jsonl',
      'attestations/slsa-verifier/binary-linux-amd64-multi-subject-second.intoto.jsonl',
      'attestations/slsa-verifier/binary-linux-amd64-no-tlog-upload.intoto.jsonl',
      'attestations/slsa-verifier/gha_generic/v1.10.0/binary-linux-amd64-workflow_dispatch.intoto.jsonl',
      'attestations/slsa-verifier/gha_generic/v1.2.0/binary-linux-amd64-push-v13.0.30.intoto.jsonl',
      'attestations/slsa-verifier/gha_generic/v1.2.0/binary-linux-amd64-push-v14.2.intoto.jsonl',
      'attestations/slsa-verifier/gha_generic/v1.2.0/binary-linux-amd64-push-v14.intoto.jsonl',
      'attestations/slsa-verifier/gha_go/v1.2.0/binary-linux-amd64-push-v13.0.30.intoto.jsonl',
      'attestations/slsa-verifier/gha_go/v1.2.0/binary-linux-amd64-push-v14.2.intoto.jsonl',
      'attestations/slsa-verifier/workflow-inputs.intoto.jsonl',
    ],
  },
  {
    code: 'raw_payload_signature',
    why: 'Google Cloud Build signed the payload without its type, which is not DSSE.',
    files: [
      'attestations/slsa-verifier/gcb_container/v0.2/gcloud-container-github.json',
      'attestations/slsa-verifier/gcb_container/v0.2/gcloud-container-multiple-signatures-2ndvalid.json',
      'attestations/slsa-verifier/gcb_container/v0.3/gcloud-container-github.json',
      'attestations/slsa-verifier/gcb_container/v0.3/gcloud-container-multiple-signatures-2ndvalid.json',
      'attestations/slsa-verifier/internal/gcb/testdata/gcloud-container-github-v03.json',
      'attestations/slsa-verifier/internal/gcb/testdata/gcloud-container-github.json',
      'attestations/slsa-verifier/internal/gcb/testdata/gcloud-container-multiple-signatures-2ndvalid.json',
    ],
  },
  {
    code: 'key_unknown raw_payload_signature',
    why: 'The same, and of several envelopes one alone is signed by a key at hand.',
    files: [
      'attestations/slsa-verifier/gcb_container/v0.2/gcloud-container-multiple-provenance-2ndvalid.json',
      'attestations/slsa-verifier/gcb_container/v0.2/gcloud-container-multiple-provenance-3rdvalid.json',
      'attestations/slsa-verifier/gcb_container/v0.3/gcloud-container-multiple-provenance-2ndvalid.json',
      'attestations/slsa-verifier/gcb_container/v0.3/gcloud-container-multiple-provenance-3rdvalid.json',
    ],
  },
  {
    code: 'key_unknown',
    why: 'The key that signed it is not at hand.',
    files: [
      'attestations/chainloop/attestation-dsse.json',
      'attestations/chainloop/renderer/chainloop/testdata/valid.envelope.v2.json',
      'attestations/collector/envelope/dsse/testdata/single.dsse.json',
      'attestations/guac/oci-dsse-att.json',
      'attestations/slsa-verifier/binary-linux-amd64-sharded.intoto.jsonl',
      'attestations/slsa-verifier/gha_generic_container/v2.1.0/container_workflow_dispatch/blobs/sha256/e163b472f2e5d66e5a2a45e26e020c51a0d2da7dc8b567b31fc2ebfd33dbc33a',
      'attestations/slsa-verifier/gha_go/v0.0.2/binary-linux-amd64-push-v13.0.30.intoto.jsonl',
      'attestations/slsa-verifier/gha_go/v0.0.2/binary-linux-amd64-push-v14.intoto.jsonl',
      'attestations/slsa-verifier/gha_go/v0.0.2/binary-linux-amd64-workflow_dispatch.intoto.jsonl',
      'attestations/slsa-verifier/internal/gha/testdata/bazel-trusted-dsseEnvelope.build.slsa',
      'attestations/trivy/pkg/attestation/testdata/attestation.json',
      'vuln-reports/cosign/pkg/policy/testdata/valid/custom',
      'vuln-reports/cosign/pkg/policy/testdata/valid/vuln',
    ],
  },
  {
    code: 'predicate_type_unknown',
    why: 'Its signature holds, and predicates of its type are not read.',
    files: [
      'attestations/archivista/test/build.attestation.json',
      'attestations/chainloop/action/testdata/cosign-attestation.json',
      'attestations/cosign/oci-attestation.sigstore.json',
      'attestations/sigstore-js/bundleV01-dsse-no-proof.sigstore',
      'attestations/sigstore-js/bundleV01-intoto-no-proof.sigstore',
      'attestations/sigstore-js/bundleV01-intoto-with-proof.sigstore',
      'attestations/sigstore-js/bundleV02-intoto.sigstore',
      'attestations/sigstore-js/bundleV03-intoto.sigstore',
      'attestations/slsa-verifier/internal/gha/testdata/bundle/valid.intoto.sigstore',
      'attestations/witness/test/cdx-att.json',
    ],
  },
  {
    code: 'payload_type_unknown',
    why: 'Its signature holds, and its payload says that it is no in-toto Statement.',
    files: ['attestations/archivista/test/policy-signed.json'],
  },
  {
    code: 'statement_ambiguous',
    why: 'Its signature holds, and its payload has `type` where a Statement has `_type`.',
    files: ['attestations/collector/repository/github/testdata/output.json'],
  },
  {
    code: 'trigger_not_trusted',
    why: 'Its signature holds, and its certificate is said to be issued for GitHub and does not say what started the build.',
    files: ['attestations/sigstore-conformance/bundle-verify/intoto-with-custom-trust-root/bundle.sigstore.json'],
  },
  {
    code: 'source_disagrees',
    why: 'Its signature holds, and its certificate is of another repository than its provenance.',
    files: [
      'attestations/sigstore-conformance/bundle-verify/happy-path-intoto-in-dsse-v3/bundle.sigstore.json',
      'attestations/slsa-verifier/bcr/MODULE-wrong-signer.bazel.intoto.jsonl',
    ],
  },
  {
    code: 'timestamp_error',
    why: 'It has no time that is proven: neither a log nor a timestamp authority has seen it.',
    files: [
      'attestations/chainloop/attestation-bundle.json',
      'attestations/chainloop/verifier/testdata/bundle_valid.json',
    ],
  },
  {
    code: 'timestamp_error',
    why: 'Its time is of another instance, the root of which is not at hand.',
    files: [
      'attestations/chainloop/chainloop_attestation.sigstore.json',
      'attestations/chainloop/slsa_provenance.sigstore.json',
      'attestations/sigstore-python/tsa/bundle.txt.sigstore',
    ],
  },
  {
    code: 'tlog_error',
    why: 'A timestamp authority has seen it, and no log: one is always asked for.',
    files: ['attestations/sigstore-go/pkg/testing/data/bundles/public-key-validity.sigstore.json'],
  },
  {
    code: 'other_attestation unreadable',
    why: 'Beside the envelope that is good lies one that cannot be read, so that neither is believed.',
    files: ['attestations/slsa-verifier/internal/gcb/testdata/v1.0-gcloud-container-github-v1.0-valid.json'],
  },
];

/** The cases whose trust is refused when it is loaded, with what the refusal says. */
export const REFUSED_TRUST: Record<string, string> = {
  'attestations/sigstore-conformance/bundle-verify/managed-key-wrong-key_fail/bundle.sigstore.json':
    'keys.0.pem is no public key',
  'attestations/sigstore-conformance/bundle-verify/trust-root-tlog-missing-validity-start_fail/bundle.sigstore.json':
    'roots.0.trusted_root has no start of validity: tlogs.1',
};
