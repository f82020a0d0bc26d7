// Bare in-toto Statements, without an envelope.
import { field } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, Understood } from '../../reading.ts';
import { naming } from '../noting.ts';
import { isProtojson, isStatement, STATEMENT_FIELDS, statementOf, understood, versionOf } from './statement.ts';

export const intotoStatement: Format<'json'> = {
  shape: 'json',
  name: 'intoto-statement',
  fields: STATEMENT_FIELDS,
  recognises: ({ value }) => isStatement(value),
  read: readStatement,
};

function readStatement({ value }: DocumentOf<'json'>, note: Note): Understood {
  const protojson = isProtojson(value);
  const format = protojson ? 'intoto-statement-protojson' : 'intoto-statement';
  const version = versionOf(field(value, protojson ? 'type' : '_type'));
  const statement = naming({ kind: 'attestation', format, version }, () => statementOf(value, note));
  const { kind, subjects, facts, tool } = understood([statement], note);
  return { kind, format, version, tool, subjects, facts };
}
