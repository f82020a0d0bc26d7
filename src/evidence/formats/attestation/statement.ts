// One in-toto Statement (v0.1 and v1), wherever it was found, and what several of them in one
// document amount to.
import type { Subject } from '../../../domain/evidence/evidence-facts.ts';
import type { SignedStatement } from '../../../domain/evidence/signed.ts';
import { field, textOf } from '../../../json/fields.ts';
import type { Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { fault, under, warning } from '../noting.ts';
import { INNER_FIELDS, type Inner, innerOf } from './predicate-readers.ts';
import { factsOf, kindOf, PREDICATE_FIELDS, type StatementKind } from './predicates.ts';
import { DIGEST_LENGTHS, subjectsOf } from './subjects.ts';

export type Statement = {
  kind: StatementKind;
  predicateType: string | null;
  predicate: unknown;
  subjects: Subject[];
  /** What the predicate contains, if it is a document of its own. */
  inner: Inner | null;
  /** Whether a key in it occurs twice, or its type is not in the field for it. */
  ambiguous: boolean;
  /** Notes the findings within the statement. */
  note: Note;
};

/** The names of all fields of statements that are used. */
export const STATEMENT_FIELDS: readonly string[] = [
  ...['_type', 'type', 'predicateType', 'predicate', 'subject', 'name', 'uri', 'digest'],
  ...DIGEST_LENGTHS.keys(),
  ...PREDICATE_FIELDS,
  ...INNER_FIELDS,
];

const TYPE = 'https://in-toto.io/Statement';

/** Whether a value declares itself a Statement of any version, or has all the parts of one. */
export function isStatement(value: unknown): boolean {
  if (textOf(value, '_type')?.startsWith(TYPE) || textOf(value, 'type')?.startsWith(TYPE)) return true;
  const untyped = field(value, '_type') === undefined && field(value, 'type') === undefined;
  return untyped && textOf(value, 'predicateType') !== null && Array.isArray(field(value, 'subject'));
}

/**
 * Reads a statement. Throws `Unreadable`: `statement_type` if it is not one, `unknown_version` if
 * its version is unknown.
 */
export function statementOf(value: unknown, note: Note, ambiguous = false): Statement {
  const predicateType = textOf(value, 'predicateType');
  const kind = kindOf(predicateType);
  checkType(value, kind, note);
  if (predicateType === null) note(fault('predicate_type_missing', 'It has no predicate type', '/predicateType'));
  else if (!predicateType.includes('://'))
    note(warning('predicate_type_uri', `The predicate type is no URI: ${predicateType}`, '/predicateType'));
  const predicate = field(value, 'predicate');
  if (predicate === undefined && kind === 'attestation') note(warning('predicate_missing', 'There is no predicate'));
  const subjects = subjectsOf(value, note);
  const inner = innerOf(predicateType, predicate, subjects, under(note, '/predicate'));
  return { kind, predicateType, predicate, subjects, inner, ambiguous: ambiguous || isProtojson(value), note };
}

/** A statement for the verifier. Its findings are noted elsewhere. */
export function signedStatement(statement: Statement): SignedStatement {
  const { kind, predicateType, predicate, subjects, inner, ambiguous } = statement;
  const facts = factsOf(statement, { subjects: subjects.length, statements: 1 }, () => {});
  const tool = inner?.tool ?? null;
  const subjects_total = subjects.length;
  return { kind, predicate_type: predicateType, predicate, facts, tool, subjects, subjects_total, ambiguous };
}

function checkType(value: unknown, kind: StatementKind, note: Note): void {
  const protojson = isProtojson(value);
  const stated = field(value, protojson ? 'type' : '_type');
  const version = versionOf(stated);
  if (version === null) {
    const message = stated === undefined ? 'It does not say that it is an in-toto Statement' : 'It is of another type';
    throw new Unreadable('statement_type', message, { kind });
  }
  if (!VERSIONS.includes(version))
    throw new Unreadable('unknown_version', `Statements of this version are not read: ${version}`, { kind });
  if (protojson) note(fault('statement_type', 'Its type is in `type`, not in `_type`', '/type'));
}

/** Whether the type of a statement is in `type`, as serialisers of Protocol Buffers write it. */
export function isProtojson(value: unknown): boolean {
  return field(value, '_type') === undefined && textOf(value, 'type')?.startsWith(TYPE) === true;
}

const VERSIONS = ['v0.1', 'v1'];

/** The version in the type of a statement, whether it is known or not. */
export function versionOf(type: unknown): string | null {
  return typeof type === 'string' && type.startsWith(`${TYPE}/`) ? type.slice(TYPE.length + 1) || null : null;
}

/**
 * Understands a document with these statements, at least one. Its kind is that of the leading
 * statement: provenance first, then verification summaries, then the first of the rest. Claims are
 * never mixed: the subjects are those of the statements that claim literally the same as the
 * leading one. Otherwise a subject could seem to be built by a builder, or passed by a verifier,
 * that never claimed so.
 */
export function parseStatements(
  statements: readonly Statement[],
  note: Note,
): Pick<ParsedDocument, 'kind' | 'subjects' | 'facts' | 'tool'> & { lead: Statement } {
  const kind = KINDS.find((one) => statements.some((statement) => statement.kind === one)) ?? 'attestation';
  const candidates = statements.filter((statement) => statement.kind === kind);
  const [lead, ...others] = candidates;
  if (lead === undefined) throw new Unreadable('statement_missing', 'It holds no statement');
  const claim = others.length === 0 ? '' : claimOf(lead);
  const same = [lead, ...others.filter((other) => claimOf(other) === claim)];
  if (same.length < candidates.length) {
    const code = kind === 'provenance' ? 'several_provenances' : 'several_statements';
    note(
      warning(
        code,
        `${candidates.length - same.length} statements claim other things than the first, and are left out`,
      ),
    );
  }
  const subjects = same.flatMap((statement) => statement.subjects);
  const counts = { subjects: subjects.length, statements: statements.length };
  const facts = factsOf(lead, counts, under(lead.note, '/predicate'));
  return { kind, subjects, facts, tool: lead.inner?.tool ?? null, lead };
}

const KINDS: readonly StatementKind[] = ['provenance', 'vsa', 'attestation'];

// If the predicate is not read, the only fact of the attestation is its predicate type.
function claimOf({ kind, predicateType, predicate, inner }: Statement): string {
  return JSON.stringify(kind === 'attestation' && inner === null ? [predicateType] : [predicateType, predicate]);
}
