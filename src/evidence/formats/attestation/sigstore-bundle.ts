// Sigstore bundles (0.1 to 0.3). The verifier is given what is read here.
import type { Subject } from '../../../domain/evidence/evidence-facts.ts';
import type { Signed } from '../../../domain/evidence/signed.ts';
import { field, objectOf, textOf } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { naming, under, warning } from '../noting.ts';
import { ENVELOPE_FIELDS, openEnvelope, saidBy, signedEnvelope } from './dsse.ts';
import { decodeBase64 } from './payload.ts';
import { bundleVersion, checkBundle, isBundleType } from './sigstore-structure.ts';

/** The names of all fields of bundles that are used. */
export const BUNDLE_FIELDS = [
  ...['mediaType', 'dsseEnvelope', 'messageSignature', 'messageDigest', 'algorithm', 'signature'],
  ...['verificationMaterial', 'certificate', 'x509CertificateChain', 'certificates', 'rawBytes', 'publicKey'],
  ...['tlogEntries', 'inclusionPromise', 'inclusionProof', 'checkpoint', ...ENVELOPE_FIELDS],
];

export const sigstoreBundle: Format<'json'> = {
  shape: 'json',
  name: 'sigstore-bundle',
  fields: BUNDLE_FIELDS,
  recognises: ({ value }) => isBundle(value),
  read: readBundle,
};

/** Whether a value declares itself a bundle, or has the parts of one. */
export function isBundle(value: unknown): boolean {
  if (isBundleType(textOf(value, 'mediaType'))) return true;
  return objectOf(field(value, 'verificationMaterial')) !== null && (hasStatement(value) || hasSignature(value));
}

export const hasStatement = (value: unknown) => objectOf(field(value, 'dsseEnvelope')) !== null;
export const hasSignature = (value: unknown) => objectOf(field(value, 'messageSignature')) !== null;

function readBundle({ value }: DocumentOf<'json'>, note: Note): ParsedDocument {
  const named = { format: 'sigstore-bundle', version: bundleVersion(value) };
  checkBundle(value, note);
  const read = hasStatement(value) || !hasSignature(value) ? statementBundle : signatureBundle;
  return naming({ kind: 'attestation', ...named }, () => ({ ...read(value, note, ''), ...named }));
}

type Parsed = Pick<ParsedDocument, 'kind' | 'subjects' | 'facts' | 'tool' | 'signed'>;

function statementBundle(value: unknown, note: Note, pointer: string): Parsed {
  if (!hasStatement(value))
    throw new Unreadable('bundle_content', 'The bundle holds neither an envelope nor a signature');
  const inner = under(note, '/dsseEnvelope');
  const opened = openEnvelope(field(value, 'dsseEnvelope'), inner);
  return { ...saidBy(opened, inner), signed: [signedEnvelope(opened, pointer, value)] };
}

/** Understands the bundle at `pointer` that holds a signature over bytes. */
export function signatureBundle(
  value: unknown,
  note: Note,
  pointer: string,
): Parsed & { kind: 'signature'; signed: [Signed] } {
  const facts = { kind: 'signature' as const, keyless: isKeyless(value) };
  const subjects = signedSubjects(value, note);
  const stated = field(value, 'messageSignature', 'messageDigest');
  const statement = { kind: 'signature' as const, predicate_type: null, predicate: null, ambiguous: false };
  const signed: Signed = {
    pointer,
    form: 'message',
    statement: { ...statement, facts, tool: null, subjects, subjects_total: subjects.length },
    algorithm: textOf(stated, 'algorithm') ?? '',
    digest: decodeBase64(textOf(stated, 'digest') ?? '') ?? Buffer.alloc(0),
    bundle: value,
  };
  return { kind: 'signature', subjects, facts, tool: null, signed: [signed] };
}

function isKeyless(value: unknown): boolean | null {
  const material = field(value, 'verificationMaterial');
  const has = (name: string) => objectOf(field(material, name)) !== null;
  if (has('certificate') || has('x509CertificateChain')) return true;
  return has('publicKey') ? false : null;
}

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['SHA2_256', 'sha256'],
  ['SHA2_384', 'sha384'],
  ['SHA2_512', 'sha512'],
  ['SHA3_256', 'sha3_256'],
  ['SHA3_384', 'sha3_384'],
]);

function signedSubjects(value: unknown, note: Note): Subject[] {
  const stated = field(value, 'messageSignature', 'messageDigest');
  const bytes = decodeBase64(textOf(stated, 'digest') ?? '');
  if (bytes === null || bytes.length === 0) return [];
  const algorithm = ALGORITHMS.get(textOf(stated, 'algorithm') ?? '');
  if (algorithm !== undefined) return [{ name: null, digests: { [algorithm]: bytes.toString('hex') } }];
  note(warning('digest_algorithm', 'The algorithm is none that is known', '/messageSignature/messageDigest/algorithm'));
  return [];
}
