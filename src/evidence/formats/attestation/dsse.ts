// DSSE envelopes (Dead Simple Signing Envelope, v1). The verifier is given the same bytes that are
// read here.

import type { Envelope, EnvelopeSignature, Signed } from '../../../domain/evidence/signed.ts';
import { field, listOf, textOf } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { fault, inPayload, naming, warning } from '../noting.ts';
import { decodeBase64, parsePayload } from './payload.ts';
import { parseStatements, STATEMENT_FIELDS, type Statement, signedStatement, statementOf } from './statement.ts';

/** The names of all fields of envelopes that are used. */
export const ENVELOPE_FIELDS = ['payload', 'payloadType', 'signatures', 'sig', ...STATEMENT_FIELDS];

export const dsse: Format<'json'> = {
  shape: 'json',
  name: 'dsse',
  fields: ENVELOPE_FIELDS,
  recognises: ({ value }) => isEnvelope(value),
  read: readEnvelope,
};

/** Whether a value has the parts of an envelope. One of them may be missing. */
export function isEnvelope(value: unknown): boolean {
  const [hasPayload, hasType] = [textOf(value, 'payload') !== null, textOf(value, 'payloadType') !== null];
  // JSON Web Signatures use `signature`.
  const isSigned = listOf(value, 'signatures').some((signature) => field(signature, 'sig') !== undefined);
  return [hasPayload, hasType, isSigned].filter(Boolean).length >= 2;
}

function readEnvelope({ value }: DocumentOf<'json'>, note: Note): ParsedDocument {
  const named = { format: 'dsse', version: textOf(value, 'payloadType') };
  checkSignatures(value, note);
  return naming({ kind: 'attestation', ...named }, () => {
    const opened = openEnvelope(value, note);
    return { ...saidBy(opened, note), ...named, signed: [signedEnvelope(opened, '')] };
  });
}

/** Understands a document that is one envelope. */
export function saidBy(
  { statement, envelope }: Opened,
  note: Note,
): Pick<ParsedDocument, 'kind' | 'subjects' | 'facts' | 'tool'> {
  if (statement !== null) {
    const { kind, subjects, facts, tool } = parseStatements([statement], note);
    return { kind, subjects, facts, tool };
  }
  const predicate_type = envelope.payloadType;
  const message = `The payload is no in-toto Statement but ${predicate_type}: nothing is taken from it`;
  note(warning('payload_type', message, '/payloadType'));
  return {
    kind: 'attestation',
    subjects: [],
    facts: { kind: 'attestation', predicate_type, subjects: 0, statements: 0, predicate: null },
    tool: null,
  };
}

/** An envelope with the statement in it; null if it declares another kind of payload. */
export type Opened = { readonly statement: Statement | null; readonly envelope: Envelope };

/** The parts of an envelope. Throws `Unreadable`. */
export function openEnvelope(value: unknown, note: Note): Opened {
  const payload = textOf(value, 'payload');
  const payloadType = textOf(value, 'payloadType');
  if (payload === null) throw new Unreadable('payload_encoding', 'The envelope has no payload');
  if (payloadType === null) throw new Unreadable('payload_type', 'The envelope does not say what its payload is');
  const bytes = decodeBase64(payload);
  if (bytes === null || bytes.length === 0) throw new Unreadable('payload_encoding', 'The payload is not base64');
  const envelope = { payloadType, payload: bytes, signatures: signaturesOf(value) };
  if (!isStatementType(payloadType, note)) return { statement: null, envelope };
  const inner = inPayload(note, '/payload');
  const { value: content, ambiguous } = parsePayload(bytes, STATEMENT_FIELDS, inner);
  return { statement: statementOf(content, inner, ambiguous), envelope };
}

function signaturesOf(value: unknown): EnvelopeSignature[] {
  return listOf(value, 'signatures').map((one) => {
    const sig = decodeBase64(textOf(one, 'sig') ?? '');
    return { sig: sig === null || sig.length === 0 ? null : sig, certificated: textOf(one, 'cert') !== null };
  });
}

/** The envelope at `pointer`, for the verifier. */
export function signedEnvelope({ statement, envelope }: Opened, pointer: string, bundle?: unknown): Signed {
  const signed = statement === null ? null : signedStatement(statement);
  const form = bundle === undefined ? 'envelope' : 'bundle';
  return { pointer, form, envelope, statement: signed, bundle: bundle ?? null };
}

// The type is signed with the payload, so that one kind of payload cannot pass for another: a
// payload of another type is not a statement, whatever it looks like. The second form is in-toto's
// for one predicate, the third is what OSS Rebuild writes.
function isStatementType(payloadType: string, note: Note): boolean {
  if (payloadType === 'application/vnd.in-toto+json') return true;
  if (/^application\/vnd\.in-toto\.[a-z0-9.-]+\+json$/.test(payloadType)) return true;
  if (!/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/.test(payloadType)) return false;
  note(warning('payload_type', `The payload type is not in-toto's: ${payloadType}`, '/payloadType'));
  return true;
}

/** Notes an unsigned envelope: at least one signature is required. */
export function checkSignatures(envelope: unknown, note: Note): void {
  const signatures = listOf(envelope, 'signatures');
  const there = signatures.filter((signature) => textOf(signature, 'sig') !== null).length;
  if (there === 0) note(fault('signature_missing', 'The envelope is not signed', '/signatures'));
  else if (there < signatures.length)
    note(warning('signature_missing', 'One of the signatures is empty', '/signatures'));
}

/** The same for one of several envelopes, which may be unreadable. */
export function signedOne(opened: Opened | null, pointer: string, bundle?: unknown): Signed {
  return opened === null ? { pointer, form: 'unreadable' } : signedEnvelope(opened, pointer, bundle);
}

/**
 * One of several envelopes; null if it cannot be read. That is noted, and the envelope does not
 * count.
 */
export function openOne(envelope: unknown, note: Note): Opened | null {
  try {
    const opened = openEnvelope(envelope, note);
    if (opened.statement === null)
      note(warning('payload_type', 'The payload is no statement, and is left out', '/payloadType'));
    return opened;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    note(fault(error.code, error.message));
    return null;
  }
}
