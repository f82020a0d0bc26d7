// Several bundles or envelopes in one document, whatever the list looks like.
import type { EvidenceFinding } from '../../../domain/evidence/evidence-facts.ts';
import type { Signed } from '../../../domain/evidence/signed.ts';
import { field, textOf } from '../../../json/fields.ts';
import type { Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { fault, under, warning } from '../noting.ts';
import { checkSignatures, isEnvelope, openOne, signedOne } from './dsse.ts';
import { hasSignature, hasStatement, isBundle, signatureBundle } from './sigstore-bundle.ts';
import { bundleVersion, checkBundle } from './sigstore-structure.ts';
import { parseStatements, type Statement } from './statement.ts';

/** A presumed bundle or envelope, and its JSON Pointer. */
export type Part = { readonly value: unknown; readonly pointer: string };

export type Several = {
  readonly format: string;
  /** Whether the version is that of the leading part; otherwise there is none. */
  readonly versioned: boolean;
  /** The finding about a part that is neither. */
  readonly unrecognised: EvidenceFinding;
};

/** Understands a document with these parts. Throws `Unreadable` if none of them can be read. */
export function readSeveral(
  parts: readonly Part[],
  { format, versioned, unrecognised }: Several,
  note: Note,
): ParsedDocument {
  const read = parts.map((part) => readPart(part, unrecognised, under(note, part.pointer)));
  const versionOf = (index: number) => (versioned ? versionOfPart(parts[index]?.value) : null);
  const signed = read.map((one) => one.signed);
  const statements = read.flatMap(({ statement }) => statement ?? []);
  if (statements.length > 0) {
    const { lead, ...rest } = parseStatements(statements, note);
    const version = versionOf(read.findIndex(({ statement }) => statement === lead));
    return { ...rest, format, version, signed };
  }
  const first = read.findIndex(({ isKnown }) => isKnown);
  const version = versionOf(Math.max(first, 0));
  const messages = read.flatMap(({ message }) => message ?? []);
  if (messages.length === 0 || read.some(({ isKnown, message }) => isKnown && message === null))
    throw new Unreadable('statement_missing', 'Nothing in it holds a statement', {
      kind: 'attestation',
      format,
      version,
    });
  return { ...signaturesOf(messages, note), format, version, signed };
}

type Message = ReturnType<typeof signatureBundle>;
type Read = {
  readonly isKnown: boolean;
  readonly statement: Statement | null;
  /** Understands it as a signature over bytes. */
  readonly message: Message | null;
  readonly signed: Signed;
};

function readPart({ value, pointer }: Part, unrecognised: EvidenceFinding, note: Note): Read {
  if (isBundle(value)) return readBundle(value, pointer, note);
  if (!isEnvelope(value)) {
    note(unrecognised);
    return { isKnown: false, statement: null, message: null, signed: { pointer, form: 'unreadable' } };
  }
  checkSignatures(value, note);
  const opened = openOne(value, note);
  return { isKnown: true, statement: opened?.statement ?? null, message: null, signed: signedOne(opened, pointer) };
}

function readBundle(value: unknown, pointer: string, note: Note): Read {
  checkBundle(value, note);
  if (hasStatement(value)) {
    const opened = openOne(field(value, 'dsseEnvelope'), under(note, '/dsseEnvelope'));
    const signed = signedOne(opened, pointer, value);
    return { isKnown: true, statement: opened?.statement ?? null, message: null, signed };
  }
  if (hasSignature(value)) {
    const message = signatureBundle(value, note, pointer);
    return { isKnown: true, statement: null, message, signed: message.signed[0] };
  }
  note(fault('bundle_content', 'The bundle holds neither an envelope nor a signature'));
  return { isKnown: true, statement: null, message: null, signed: { pointer, form: 'unreadable' } };
}

function versionOfPart(value: unknown): string | null {
  return isBundle(value) ? bundleVersion(value) : textOf(value, 'payloadType');
}

function signaturesOf(
  messages: readonly Message[],
  note: Note,
): Pick<ParsedDocument, 'kind' | 'subjects' | 'facts' | 'tool'> {
  const [first] = messages;
  const facts = first?.facts ?? null;
  const same = messages.filter((one) => JSON.stringify(one.facts) === JSON.stringify(facts));
  if (same.length < messages.length)
    note(
      warning('several_signatures', 'Some are signed by keys with certificates, some not: those like the first count'),
    );
  return { kind: 'signature', subjects: same.flatMap(({ subjects }) => subjects), facts, tool: null };
}
