// Attestations as small as they can be, for the tests of their readers.
import type { Envelope, Signed, SignedStatement, Verifier } from '../../../../src/domain/evidence/signed.ts';
import { FORMATS } from '../../../../src/evidence/formats.ts';
import { LIMITS } from '../../../../src/evidence/limits.ts';
import { readDocument } from '../../../../src/evidence/read.ts';
import { aVerification } from '../../../domain/attestations.ts';

export const SHA256 = 'ab'.repeat(32);
export const OTHER_SHA256 = 'cd'.repeat(32);
export const COMMIT = '12'.repeat(20);

export const SLSA_V1 = 'https://slsa.dev/provenance/v1';

export function provenance(builder = 'https://builder.example/one', externalParameters: unknown = {}): object {
  return {
    buildDefinition: { buildType: 'https://builder.example/type', externalParameters, resolvedDependencies: [] },
    runDetails: { builder: { id: builder }, metadata: { invocationId: 'https://builder.example/runs/1' } },
  };
}

export function statement(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app.tgz', digest: { sha256: SHA256 } }],
    predicateType: SLSA_V1,
    predicate: provenance(),
    ...changes,
  };
}

export function envelope(payload: unknown, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return {
    payload: Buffer.from(text).toString('base64'),
    payloadType: 'application/vnd.in-toto+json',
    signatures: [{ keyid: '', sig: 'c2ln' }],
    ...changes,
  };
}

export const ENTRY = {
  logId: { keyId: 'a2V5' },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  inclusionPromise: { signedEntryTimestamp: 'c2V0' },
  inclusionProof: { checkpoint: { envelope: 'rekor' } },
};

export const MATERIAL = { certificate: { rawBytes: 'Y2VydA==' }, tlogEntries: [ENTRY] };

export function bundle(dsseEnvelope: unknown, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: MATERIAL,
    dsseEnvelope,
    ...changes,
  };
}

const bytesOf = (document: unknown) => Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));

export function read(document: unknown) {
  return readDocument(bytesOf(document));
}

/** What the reader of a document hands to the verifier; nothing where that is not asked. */
export async function handedOver(document: unknown): Promise<{ signed: readonly Signed[]; ambiguous: boolean | null }> {
  const handed: Parameters<Verifier>[] = [];
  const verify: Verifier = (...all) => {
    handed.push(all);
    return aVerification([]);
  };
  const receivedAt = '2026-01-31T10:06:00.000Z';
  const { verification } = await readDocument(bytesOf(document), LIMITS, FORMATS, { verify, receivedAt });
  const [first, ...others] = handed;
  if (others.length > 0 || (first !== undefined && first[2] !== receivedAt)) throw new Error('It was asked otherwise');
  if ((verification === null) !== (first === undefined)) throw new Error('What was verified is not what is kept');
  return { signed: first?.[0] ?? [], ambiguous: first?.[1] ?? null };
}

/** Pointers and forms of what is signed, in order. */
export const forms = (signed: readonly Signed[]) => signed.map(({ pointer, form }) => `${form} ${pointer}`);

/** The envelope of what is signed in one. */
export function envelopeOf(one: Signed | undefined): Envelope {
  if (one?.form !== 'envelope' && one?.form !== 'bundle') throw new Error(`It is in no envelope: ${one?.form}`);
  return one.envelope;
}

/** The statement in what is signed. */
export function statementIn(one: Signed | undefined): SignedStatement {
  const said = one !== undefined && 'statement' in one ? one.statement : null;
  if (said === null) throw new Error('It holds no statement');
  return said;
}

export const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { tools: { components: [{ type: 'application', name: 'syft', version: '1.33.0' }] } },
  components: [{ type: 'library', name: 'left-pad', version: '1.3.0' }],
};

export const lines = (...documents: unknown[]) =>
  documents.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');

export const codes = ({ findings }: { findings: { code: string; severity: string }[] }) =>
  findings.map(({ code, severity }) => `${severity} ${code}`);
