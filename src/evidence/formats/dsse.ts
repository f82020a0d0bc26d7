// DSSE envelopes (Dead Simple Signing Envelope, v1): alone, and one a line. Signatures are not verified here.
import { field, listOf, textOf } from '../../domain/json-fields.ts';
import { type DocumentOf, type Format, type Note, type Understood, Unreadable } from '../reading.ts';
import { fault, inPayload, naming, oddity, under } from './noting.ts';
import { decodeBase64, parsePayload } from './payload.ts';
import { STATEMENT_FIELDS, type Statement, statementOf, understood } from './statement.ts';

/** The names of all fields of envelopes that are used. */
export const ENVELOPE_FIELDS = ['payload', 'payloadType', 'signatures', 'sig', ...STATEMENT_FIELDS];

export const dsse: Format<'json'> = {
  shape: 'json',
  name: 'dsse',
  fields: ENVELOPE_FIELDS,
  recognises: ({ value }) => isEnvelope(value),
  read: readEnvelope,
};

/** Whether a value has the parts of an envelope; one of them may be missing. */
export function isEnvelope(value: unknown): boolean {
  const [hasPayload, hasType] = [textOf(value, 'payload') !== null, textOf(value, 'payloadType') !== null];
  // Those of JSON Web Signatures are called `signature`.
  const isSigned = listOf(value, 'signatures').some((signature) => field(signature, 'sig') !== undefined);
  return [hasPayload, hasType, isSigned].filter(Boolean).length >= 2;
}

function readEnvelope({ value }: DocumentOf<'json'>, note: Note): Understood {
  const named = { format: 'dsse', version: textOf(value, 'payloadType') };
  checkSignatures(value, note);
  return naming({ kind: 'attestation', ...named }, () => ({ ...enveloped(value, note), ...named, tool: null }));
}

/** What a document says that is one envelope. Throws `Unreadable`. */
export function enveloped(envelope: unknown, note: Note): Pick<Understood, 'kind' | 'subjects' | 'facts'> {
  const statement = openEnvelope(envelope, note);
  if (statement !== null) {
    const { kind, subjects, facts } = understood([statement], note);
    return { kind, subjects, facts };
  }
  const predicate_type = textOf(envelope, 'payloadType');
  return {
    kind: 'attestation',
    subjects: [],
    facts: { kind: 'attestation', predicate_type, subjects: 0, statements: 0 },
  };
}

/** The statement in an envelope; null where it says that it holds something else. Throws `Unreadable`. */
export function openEnvelope(envelope: unknown, note: Note): Statement | null {
  const payload = textOf(envelope, 'payload');
  const payloadType = textOf(envelope, 'payloadType');
  if (payload === null) throw new Unreadable('payload_encoding', 'The envelope has no payload');
  if (payloadType === null) throw new Unreadable('payload_type', 'The envelope does not say what its payload is');
  if (!isStatementType(payloadType, note)) {
    if (decodeBase64(payload) === null) throw new Unreadable('payload_encoding', 'The payload is not base64');
    return null;
  }
  const inner = inPayload(note, '/payload');
  return statementOf(parsePayload(payload, STATEMENT_FIELDS, inner), inner);
}

// The type is signed with the payload, so that nobody takes one thing for another: a payload of another type is no statement, whatever
// it looks like. The second form is that of in-toto's envelopes for one predicate, the third is what OSS Rebuild writes.
function isStatementType(payloadType: string, note: Note): boolean {
  if (payloadType === 'application/vnd.in-toto+json') return true;
  if (/^application\/vnd\.in-toto\.[a-z0-9.-]+\+json$/.test(payloadType)) return true;
  if (!/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/.test(payloadType)) return false;
  note(oddity('payload_type', `The payload type is not in-toto's: ${payloadType}`, '/payloadType'));
  return true;
}

/** Notes where an envelope is not signed: at least one signature has to be there. */
export function checkSignatures(envelope: unknown, note: Note): void {
  const signatures = listOf(envelope, 'signatures');
  const there = signatures.filter((signature) => textOf(signature, 'sig') !== null).length;
  if (there === 0) note(fault('signature_missing', 'The envelope is not signed', '/signatures'));
  else if (there < signatures.length)
    note(oddity('signature_missing', 'One of the signatures is empty', '/signatures'));
}

export const dsseLines: Format<'json-lines'> = {
  shape: 'json-lines',
  name: 'dsse+jsonl',
  fields: ENVELOPE_FIELDS,
  recognises: ({ values }) => isEnvelope(values[0]),
  read: ({ values }, note) => {
    const opened = values.map((value, index) => openLine(value, under(note, `/${index}`)));
    const first = opened.findIndex((statement) => statement !== null);
    const named = { format: 'dsse+jsonl', version: textOf(values[Math.max(first, 0)], 'payloadType') };
    if (first === -1)
      throw new Unreadable('statement_missing', 'No line holds a statement', { kind: 'attestation', ...named });
    const { lead, ...rest } = understood(opened.filter(isThere), note);
    const version = textOf(values[opened.indexOf(lead)], 'payloadType');
    return { ...rest, ...named, version, tool: null };
  },
};

export const isThere = <T>(value: T | null): value is T => value !== null;

function openLine(value: unknown, note: Note): Statement | null {
  if (!isEnvelope(value)) {
    note(fault('line_malformed', 'The line is no envelope'));
    return null;
  }
  checkSignatures(value, note);
  return openOne(value, note);
}

/** The statement in an envelope that is one of several; null where there is none that can be read: it counts for nothing, and that is noted. */
export function openOne(envelope: unknown, note: Note): Statement | null {
  try {
    const statement = openEnvelope(envelope, note);
    if (statement === null)
      note(oddity('payload_type', 'The payload is no statement, and is left out', '/payloadType'));
    return statement;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    note(fault(error.code, error.message));
    return null;
  }
}
