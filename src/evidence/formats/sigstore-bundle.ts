// Sigstore bundles (0.1 to 0.3), alone and one a line. What verifies them is given what is read here.
import type { Subject } from '../../domain/evidence-facts.ts';
import { field, objectOf, textOf } from '../../domain/json-fields.ts';
import type { Signed } from '../../domain/signed.ts';
import { type DocumentOf, type Format, type Note, type Understood, Unreadable } from '../reading.ts';
import {
  ENVELOPE_FIELDS,
  isThere,
  type Opened,
  openEnvelope,
  openOne,
  saidBy,
  signedEnvelope,
  signedOne,
} from './dsse.ts';
import { fault, naming, oddity, under } from './noting.ts';
import { decodeBase64 } from './payload.ts';
import { bundleVersion, checkBundle, isBundleType } from './sigstore-structure.ts';
import { understood } from './statement.ts';

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

/** Whether a value says that it is a bundle, or has the parts of one. */
export function isBundle(value: unknown): boolean {
  if (isBundleType(textOf(value, 'mediaType'))) return true;
  return objectOf(field(value, 'verificationMaterial')) !== null && (hasStatement(value) || hasSignature(value));
}

const hasStatement = (value: unknown) => objectOf(field(value, 'dsseEnvelope')) !== null;
const hasSignature = (value: unknown) => objectOf(field(value, 'messageSignature')) !== null;

function readBundle({ value }: DocumentOf<'json'>, note: Note): Understood {
  const named = { format: 'sigstore-bundle', version: bundleVersion(value) };
  checkBundle(value, note);
  const read = hasStatement(value) || !hasSignature(value) ? statementBundle : signatureBundle;
  return naming({ kind: 'attestation', ...named }, () => ({ ...read(value, note, ''), ...named }));
}

type Said = Pick<Understood, 'kind' | 'subjects' | 'facts' | 'tool' | 'signed'>;

function statementBundle(value: unknown, note: Note, pointer: string): Said {
  if (!hasStatement(value))
    throw new Unreadable('bundle_content', 'The bundle holds neither an envelope nor a signature');
  const inner = under(note, '/dsseEnvelope');
  const opened = openEnvelope(field(value, 'dsseEnvelope'), inner);
  return { ...saidBy(opened, inner), signed: [signedEnvelope(opened, pointer, value)] };
}

function signatureBundle(value: unknown, note: Note, pointer: string): Said {
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
  note(oddity('digest_algorithm', 'The algorithm is none that is known', '/messageSignature/messageDigest/algorithm'));
  return [];
}

export const sigstoreLines: Format<'json-lines'> = {
  shape: 'json-lines',
  name: 'sigstore-bundle+jsonl',
  fields: BUNDLE_FIELDS,
  recognises: ({ values }) => isBundle(values[0]),
  read: readLines,
};

function readLines({ values }: DocumentOf<'json-lines'>, note: Note): Understood {
  const format = 'sigstore-bundle+jsonl';
  const bundles = values.filter((value, index) => {
    if (!isBundle(value)) note(fault('line_malformed', 'The line is no bundle', `/${index}`));
    return isBundle(value);
  });
  const opened = values.map((value, index) => openBundle(value, under(note, `/${index}`)));
  const statements = opened.map((one) => one?.statement ?? null);
  const there = statements.filter(isThere);
  const version = bundleVersion(bundles[0]);
  if (there.length > 0) {
    const { lead, ...rest } = understood(there, note);
    const signed = opened.map((one, index) => signedOne(one, `/${index}`, values[index]));
    return { ...rest, format, version: bundleVersion(values[statements.indexOf(lead)]), signed };
  }
  if (!bundles.every((value) => hasSignature(value) && !hasStatement(value)))
    throw new Unreadable('statement_missing', 'No line holds a statement', { kind: 'attestation', format, version });
  const lines = values.map((value, index) =>
    isBundle(value) ? signatureBundle(value, under(note, `/${index}`), `/${index}`) : null,
  );
  const said = lines.filter(isThere);
  const same = said.filter(({ facts }) => JSON.stringify(facts) === JSON.stringify(said[0]?.facts));
  if (same.length < said.length)
    note(
      oddity('several_signatures', 'Some are signed by keys with certificates, some not: those like the first count'),
    );
  const facts = said[0]?.facts ?? null;
  const signed = lines.flatMap((one, index): readonly Signed[] => one?.signed ?? [signedOne(null, `/${index}`)]);
  return {
    kind: 'signature',
    subjects: same.flatMap((one) => one.subjects),
    facts,
    format,
    version,
    tool: null,
    signed,
  };
}

/** The envelope in a bundle that is one of several; null where there is none. What is wrong with either is noted. */
export function openBundle(bundle: unknown, note: Note): Opened | null {
  if (!isBundle(bundle)) return null;
  checkBundle(bundle, note);
  if (!hasStatement(bundle)) return null;
  return openOne(field(bundle, 'dsseEnvelope'), under(note, '/dsseEnvelope'));
}
