// Bare predicates of SLSA provenance, as tools read and write them: without a statement they have
// no subject.
import { field, objectOf, textOf } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { warning } from '../noting.ts';
import { SLSA_FIELDS } from './predicates.ts';
import { type SlsaVersion, slsaClaims } from './slsa.ts';

export const slsaPredicate: Format<'json'> = {
  shape: 'json',
  name: 'slsa-provenance-predicate',
  kind: 'provenance',
  fields: SLSA_FIELDS,
  recognises: ({ value }) => versionOf(value) !== null,
  read: readPredicate,
};

function versionOf(value: unknown): SlsaVersion | null {
  const has = (...path: string[]) => objectOf(field(value, ...path)) !== null;
  if (field(value, 'predicateType') !== undefined || field(value, 'subject') !== undefined) return null;
  if (has('buildDefinition') && has('runDetails')) return 'v1';
  // BuildKit leaves the id empty unless it is configured.
  if (typeof field(value, 'builder', 'id') !== 'string') return null;
  if (textOf(value, 'buildType') !== null && (has('invocation') || has('metadata'))) return 'v0.2';
  return has('recipe') ? 'v0.1' : null;
}

function readPredicate({ value }: DocumentOf<'json'>, note: Note): ParsedDocument {
  const version = versionOf(value) ?? 'v1';
  note(warning('statement_missing', 'It is a predicate without a statement, and so about nothing'));
  const claims = slsaClaims(version, value, note);
  return {
    kind: 'provenance',
    format: 'slsa-provenance-predicate',
    version,
    tool: null,
    subjects: [],
    // Without a statement, nothing declares it to be SLSA provenance: it only looks like it.
    facts: { kind: 'provenance', predicate_type: null, slsa: false, ...claims, subjects: 0 },
  };
}
