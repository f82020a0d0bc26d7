// Attestations as small as they can be, for the tests of their readers.
import { readDocument } from '../../../src/evidence/read.ts';

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

export function read(document: unknown) {
  return readDocument(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)));
}

export const lines = (...documents: unknown[]) =>
  documents.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');

export const codes = ({ findings }: { findings: { code: string; severity: string }[] }) =>
  findings.map(({ code, severity }) => `${severity} ${code}`);
