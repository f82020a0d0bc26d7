// Bare in-toto Statements, without an envelope.
import { field } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { naming } from '../noting.ts';
import { isProtojson, isStatement, parseStatements, STATEMENT_FIELDS, statementOf, versionOf } from './statement.ts';

export const intotoStatement: Format<'json'> = {
  shape: 'json',
  name: 'intoto-statement',
  fields: STATEMENT_FIELDS,
  recognises: ({ value }) => isStatement(value),
  read: readStatement,
};

function readStatement({ value }: DocumentOf<'json'>, note: Note): ParsedDocument {
  const protojson = isProtojson(value);
  const format = protojson ? 'intoto-statement-protojson' : 'intoto-statement';
  const version = versionOf(field(value, protojson ? 'type' : '_type'));
  const statement = naming({ kind: 'attestation', format, version }, () => statementOf(value, note));
  const { kind, subjects, facts, tool } = parseStatements([statement], note);
  return { kind, format, version, tool, subjects, facts };
}
