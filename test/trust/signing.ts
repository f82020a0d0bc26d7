// Signs as real tools do, with keys made in the test: what comes out verifies with nothing of a verifier stubbed.
import { constants, createPublicKey, generateKeyPairSync, hash, randomInt, sign, X509Certificate } from 'node:crypto';
// From the files themselves: the package's index loads nock, which replaces node:http's requests for the whole process.
import { initializeCA } from '@sigstore/mock/dist/fulcio/ca.js';
import { initializeCTLog } from '@sigstore/mock/dist/fulcio/ctlog.js';
import { initializeTLog, type TLog } from '@sigstore/mock/dist/rekor/tlog.js';
import { initializeTSA, type TSA } from '@sigstore/mock/dist/timestamp/tsa.js';

const IN_TOTO = 'application/vnd.in-toto+json';
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const REKOR = 'https://rekor.sigstore.example';

/** The number of each claim under 1.3.6.1.4.1.57264.1, where Fulcio puts what it read in the token. */
const CLAIMS = {
  legacy_digest: 3,
  legacy_repository: 5,
  legacy_ref: 6,
  build_signer: 9,
  runner: 11,
  source_repository: 12,
  source_digest: 13,
  source_ref: 14,
  source_repository_id: 15,
  build_config: 18,
  trigger: 20,
  run: 21,
  visibility: 22,
};

/** A claim of a CI run that a certificate may carry; the legacy ones are raw text and not DER. */
export type ClaimName = keyof typeof CLAIMS;
/** Whom a certificate names, by a URL; the issuer is GitHub Actions' unless given. */
export type Signer = { subject: string; claims?: Partial<Record<ClaimName, string>>; issuer?: string };
/** What is signed: an object as its JSON, text as it is. */
export type Statement = object | string;
/** What a statement is about. */
export type Subject = { name: string; sha256: string };

/** A DSSE envelope as JSON. */
export type Envelope = { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] };
/** What the signature of a bundle is checked with: one of the two. */
type Material = { certificate?: { rawBytes: string }; publicKey?: { hint: string } };

/** A certificate authority, transparency log, CT log (and timestamp authority) of a test, like those of Sigstore. */
export type SigstoreInstance = Awaited<ReturnType<typeof newInstance>>;
export type DsseBundle = Awaited<ReturnType<SigstoreInstance['signStatement']>>;
export type MessageBundle = Awaited<ReturnType<SigstoreInstance['signMessage']>>;

export type InstanceOptions = {
  withTimestampAuthority?: boolean;
  /** Its certificates are in no CT log, and carry no promise of one. */
  withoutCertificateLog?: boolean;
  /** When its certificates begin, each of which lasts ten minutes; now where it is left out. */
  certifiedAt?: Date;
  /** The milliseconds that its timestamp authority writes behind the second; none where they are left out. */
  fraction?: number;
};

/** An instance with keys of its own, which no other instance's root trusts. */
export async function newInstance(options: InstanceOptions = {}) {
  const ctlog = await initializeCTLog(ec('P-256'));
  const ca = await initializeCA(ec('P-384'), options.withoutCertificateLog ? undefined : ctlog, options.certifiedAt);
  const tlog = await initializeTLog(REKOR, ec('P-256'));
  // Set anew for each timestamp.
  const clock = new Date();
  const tsa = options.withTimestampAuthority ? await initializeTSA(ec('P-384'), clock) : undefined;

  /** A key for one signature, and the certificate that names its holder. */
  async function certified(signer: Signer) {
    const key = newKey();
    const request = { publicKey: spki(key), subjectAltName: signer.subject, extensions: extensionsOf(signer) };
    const der = bytesOf(await ca.issueCertificate(request));
    return { key, pem: new X509Certificate(der).toString(), material: { certificate: { rawBytes: base64(der) } } };
  }

  async function bundle(material: Material, sig: string, kind: string, spec: object) {
    clock.setTime(wholeSecond() + (options.fraction ?? 0));
    const timestamps = tsa && { timestampVerificationData: await timestamped(tsa, Buffer.from(sig, 'base64')) };
    const verificationMaterial = { ...material, tlogEntries: [await logged(tlog, kind, spec)], ...timestamps };
    return { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', verificationMaterial };
  }

  async function dsseBundle(envelope: Envelope, pem: string, material: Material) {
    const sig = envelope.signatures[0]?.sig ?? '';
    const spec = {
      envelopeHash: sha256(JSON.stringify(envelope)),
      payloadHash: sha256(Buffer.from(envelope.payload, 'base64')),
      signatures: [{ signature: sig, verifier: base64(pem) }],
    };
    return { ...(await bundle(material, sig, 'dsse', spec)), dsseEnvelope: envelope };
  }

  async function messageBundle(
    bytes: Uint8Array,
    key: SigningKey,
    pem: string,
    material: Material,
    algorithm: MessageHash = 'SHA2_256',
  ) {
    const signature = base64(key.sign(bytes));
    const name = MESSAGE_HASHES[algorithm];
    const data = { hash: { algorithm: name, value: hash(name, bytes) } };
    const spec = { data, signature: { content: signature, publicKey: { content: base64(pem) } } };
    const messageDigest = { algorithm, digest: hash(name, bytes, 'base64') };
    return {
      ...(await bundle(material, signature, 'hashedrekord', spec)),
      messageSignature: { messageDigest, signature },
    };
  }

  return {
    /** Its trusted_root.json. */
    root: trustedRoot({ ca: ca.rootCertificate, ctlog: ctlog.publicKey, tlog: tlog.publicKey, tsa }),

    /** An entry of its log, of anything: nothing is checked, as nothing of it is where the log is deceived. */
    entry: (kind: string, spec: object) => logged(tlog, kind, spec),

    /** A certificate for a key of its own, as PEM. */
    certificate: async (signer: Signer) => (await certified(signer)).pem,

    /** A bundle over the statement, signed with a key that a new certificate names the signer of. */
    async signStatement(statement: Statement, signer: Signer, { payloadType }: { payloadType?: string } = {}) {
      const { key, pem, material } = await certified(signer);
      return dsseBundle(dsseEnvelope(statement, [key], payloadType), pem, material);
    },

    /** The same with a key of the caller's, at which the bundle hints as sigstore-go does: by its digest. */
    async signStatementWithKey(statement: Statement, key: SigningKey, { payloadType }: { payloadType?: string } = {}) {
      const material = { publicKey: { hint: hash('sha256', spki(key), 'base64') } };
      return dsseBundle(dsseEnvelope(statement, [key], payloadType), key.pem, material);
    },

    /** A bundle with a signature over the bytes themselves, as `cosign sign-blob --bundle` makes. */
    async signMessage(bytes: Uint8Array, signer: Signer) {
      const { key, pem, material } = await certified(signer);
      return messageBundle(bytes, key, pem, material);
    },

    /** The same with a key of the caller's. */
    signMessageWithKey(bytes: Uint8Array, key: SigningKey, algorithm: MessageHash = 'SHA2_256') {
      const material = { publicKey: { hint: hash('sha256', spki(key), 'base64') } };
      return messageBundle(bytes, key, key.pem, material, algorithm);
    },
  };
}

const MESSAGE_HASHES = { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' } as const;
type MessageHash = keyof typeof MESSAGE_HASHES;

function trustedRoot(parts: { ca: ArrayBufferView; ctlog: Buffer; tlog: Buffer; tsa: TSA | undefined }) {
  // At a whole second: the log and certificates have no finer times, and theirs would lie before it.
  const start = new Date(wholeSecond()).toISOString();
  const validFor = (): { start: string; end?: string } => ({ start });
  const log = (baseUrl: string, key: Buffer) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(key), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: validFor() },
    logId: { keyId: hash('sha256', key, 'base64') },
  });
  const authority = (commonName: string, uri: string, chain: ArrayBufferView[]) => ({
    subject: { organization: 'sigstore.mock', commonName },
    uri,
    certChain: { certificates: chain.map((one) => ({ rawBytes: base64(bytesOf(one)) })) },
    validFor: validFor(),
  });
  const { ca, ctlog, tlog, tsa } = parts;
  const tsaChain = tsa && [tsa.intCertificate, tsa.rootCertificate];
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(REKOR, tlog)],
    certificateAuthorities: [authority('sigstore', 'https://fulcio.sigstore.example', [ca])],
    ctlogs: [log('https://ctfe.sigstore.example', ctlog)],
    timestampAuthorities: tsaChain ? [authority('tsa', 'https://tsa.sigstore.example', tsaChain)] : [],
  };
}

type RekorAnswer = {
  body: string;
  integratedTime: number;
  logID: string;
  logIndex: number;
  verification: {
    signedEntryTimestamp: string;
    inclusionProof: { logIndex: number; treeSize: number; rootHash: string; hashes: string[]; checkpoint: string };
  };
};

/** Rekor's answer to the entry in the spelling of a bundle: base64 where it has hex, and numbers as text. */
async function logged(tlog: TLog, kind: string, spec: object) {
  const version = '0.0.1';
  const answers: Record<string, RekorAnswer> = await tlog.log({ apiVersion: version, kind, spec });
  const [answer] = Object.values(answers);
  if (!answer) throw new Error('the log answered nothing');
  const { inclusionProof: proof, signedEntryTimestamp } = answer.verification;
  const fromHex = (hex: string) => base64(Buffer.from(hex, 'hex'));
  return {
    logIndex: String(answer.logIndex),
    logId: { keyId: fromHex(answer.logID) },
    kindVersion: { kind, version },
    integratedTime: String(answer.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: fromHex(proof.rootHash),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map(fromHex),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: answer.body,
  };
}

async function timestamped(tsa: TSA, signature: Buffer) {
  const timestamp = await tsa.timestamp({
    artifactHash: hash('sha256', signature, 'buffer'),
    hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
    nonce: randomInt(2 ** 31),
    policyOID: '1.3.6.1.4.1.57264.2',
    certReq: true,
  });
  return { rfc3161Timestamps: [{ signedTimestamp: base64(bytesOf(timestamp)) }] };
}

function extensionsOf({ issuer = GITHUB_ISSUER, claims = {} }: Signer) {
  const named = (Object.entries(claims) as [ClaimName, string][]).map(([name, value]) => ({ n: CLAIMS[name], value }));
  return [{ n: 1, value: issuer }, { n: 8, value: issuer }, ...named]
    .sort((a, b) => a.n - b.n)
    .map(({ n, value }) => ({ oid: `1.3.6.1.4.1.57264.1.${n}`, value, legacy: n < 8 }));
}

/** A key pair of which only the public half can be read. */
export type SigningKey = { readonly pem: string; sign(data: Uint8Array): Buffer };

type Pair = ReturnType<typeof generateKeyPairSync>;
const RSA_PAIRS = 5;
const rsaPairs: Pair[] = [];
let rsaDrawn = 0;

// RSA keys take long to make. A test needs three that differ; each differs from the four drawn before it.
function rsa(): Pair {
  const at = rsaDrawn++ % RSA_PAIRS;
  rsaPairs[at] ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return rsaPairs[at];
}

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

const KINDS = {
  p256: { pair: () => ec('P-256'), digest: 'sha256', how: {} },
  'p256-p1363': { pair: () => ec('P-256'), digest: 'sha256', how: { dsaEncoding: 'ieee-p1363' } },
  'p256-sha384': { pair: () => ec('P-256'), digest: 'sha384', how: {} },
  p384: { pair: () => ec('P-384'), digest: 'sha384', how: {} },
  'p384-p1363': { pair: () => ec('P-384'), digest: 'sha384', how: { dsaEncoding: 'ieee-p1363' } },
  // What cosign made before 2.6, and Vault makes by default.
  'p384-sha256': { pair: () => ec('P-384'), digest: 'sha256', how: {} },
  'p384-sha512': { pair: () => ec('P-384'), digest: 'sha512', how: {} },
  ed25519: { pair: () => generateKeyPairSync('ed25519'), digest: null, how: {} },
  'rsa-pkcs1': { pair: rsa, digest: 'sha256', how: { padding: constants.RSA_PKCS1_PADDING } },
  // The salt is as long as the digest, which is what in-toto's securesystemslib makes.
  'rsa-pss': { pair: rsa, digest: 'sha256', how: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  // As openssl and Go make it by default: as long as the key has room for.
  'rsa-pss-max': { pair: rsa, digest: 'sha256', how: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 222 } },
  'rsa-pss-33': { pair: rsa, digest: 'sha256', how: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 33 } },
  'rsa-pss-31': { pair: rsa, digest: 'sha256', how: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 31 } },
  'rsa-pss-0': { pair: rsa, digest: 'sha256', how: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 } },
} as const;
export type KeyKind = keyof typeof KINDS;

/**
 * A new key, which signs in DER where the kind does not say otherwise. Only of RSA, the fifth after it may be the same.
 */
export function newKey(kind: keyof typeof KINDS = 'p256'): SigningKey {
  const { pair, digest, how } = KINDS[kind];
  const { publicKey, privateKey } = pair();
  return {
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (data) => sign(digest, data, { key: privateKey, ...how }),
  };
}

/** DSSE v1 pre-authentication encoding. */
export function pae(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** A bare DSSE envelope signed by each of the keys. */
export function dsseEnvelope(statement: Statement, keys: readonly SigningKey[], payloadType = IN_TOTO): Envelope {
  const payload = Buffer.from(typeof statement === 'string' ? statement : JSON.stringify(statement));
  const signed = pae(payloadType, payload);
  const signatures = keys.map((key) => ({ keyid: '', sig: base64(key.sign(signed)) }));
  return { payload: base64(payload), payloadType, signatures };
}

const wholeSecond = () => Math.floor(Date.now() / 1000) * 1000;
const sha256 = (data: string | Uint8Array) => ({ algorithm: 'sha256', value: hash('sha256', data, 'hex') });
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64');
const bytesOf = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
const spki = (key: SigningKey) => createPublicKey(key.pem).export({ type: 'spki', format: 'der' });

/** What both the certificate and the provenance of a run say of it; `run` is its URL. */
export type WorkflowOptions = Partial<Record<'workflow' | 'ref' | 'digest' | 'run' | 'runner' | 'trigger', string>>;

/** GitHub Actions' subject and claims for a workflow. */
export function githubWorkflow(repository: string, options: WorkflowOptions = {}) {
  const url = `https://github.com/${repository}`;
  const { workflow = 'release.yml', ref = 'refs/heads/main', runner = 'github-hosted', trigger = 'push' } = options;
  const { digest = hash('sha1', repository), run = `${url}/actions/runs/17293822569/attempts/1` } = options;
  const subject = `${url}/.github/workflows/${workflow}@${ref}`;
  const claims = {
    legacy_digest: digest,
    legacy_repository: repository,
    legacy_ref: ref,
    build_signer: subject,
    runner,
    source_repository: url,
    source_digest: digest,
    source_ref: ref,
    source_repository_id: idOf(repository),
    build_config: subject,
    run,
    trigger,
    visibility: 'public',
  };
  return { subject, claims } satisfies Signer;
}

/** SLSA v1 provenance as GitHub's attest action writes it, of the run that `githubWorkflow` makes of the same options. */
export function githubProvenance(repository: string, subject: Subject, options: WorkflowOptions = {}): object {
  const { subject: builder, claims } = githubWorkflow(repository, options);
  const { source_repository: url, source_ref: ref } = claims;
  return inToto(subject, 'https://slsa.dev/provenance/v1', {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: { ref, repository: url, path: builder.slice(`${url}/`.length, -`@${ref}`.length) },
      },
      internalParameters: {
        github: {
          event_name: claims.trigger,
          repository_id: claims.source_repository_id,
          repository_owner_id: idOf(repository.split('/')[0] ?? ''),
          runner_environment: claims.runner,
        },
      },
      resolvedDependencies: [{ uri: `git+${url}@${ref}`, digest: { gitCommit: claims.source_digest } }],
    },
    runDetails: { builder: { id: builder }, metadata: { invocationId: claims.run } },
  });
}

/** A statement with a CycloneDX 1.6 SBOM of two components. */
export function sbomStatement(subject: Subject): object {
  const component = (name: string, version: string) => {
    const purl = `pkg:npm/${name}@${version}`;
    return { type: 'library', 'bom-ref': purl, name, version, purl };
  };
  return inToto(subject, 'https://cyclonedx.org/bom', {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    version: 1,
    metadata: { timestamp: '2026-01-05T10:00:00Z', component: { type: 'application', name: subject.name } },
    components: [component('fastify', '5.12.8'), component('zod', '4.6.7')],
  });
}

/** A statement with an OpenVEX 0.2.0 document of one statement, by which the subject is not affected. */
export function vexStatement(subject: Subject): object {
  const product = `pkg:generic/${encodeURIComponent(subject.name)}?checksum=sha256:${subject.sha256}`;
  return inToto(subject, 'https://openvex.dev/ns', {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://openvex.dev/docs/public/vex-${subject.sha256}`,
    author: 'Security Team',
    timestamp: '2026-01-05T10:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2021-44228' },
        products: [{ '@id': product, hashes: { 'sha-256': subject.sha256 } }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  });
}

function inToto({ name, sha256 }: Subject, predicateType: string, predicate: object) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256 } }],
    predicateType,
    predicate,
  };
}

/** A number as GitHub gives repositories and their owners, the same for the same name. */
const idOf = (name: string) => String(Number.parseInt(hash('sha256', name).slice(0, 7), 16));
