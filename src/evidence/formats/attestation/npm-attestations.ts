// Lists of Sigstore bundles as registries serve them: npm's (`/-/npm/v1/attestations/…`) and
// GitHub's (`/repos/…/attestations/…`).
import { field, listOf, objectOf } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { fault } from '../noting.ts';
import { readSeveral } from './several.ts';
import { BUNDLE_FIELDS } from './sigstore-bundle.ts';

export const npmAttestations: Format<'json'> = {
  shape: 'json',
  name: 'npm-attestations',
  fields: ['attestations', 'bundle', ...BUNDLE_FIELDS],
  recognises: ({ value }) => isList(value) && isNpm(value),
  read: (document, note) => readList('npm-attestations', document, note),
};

export const githubAttestations: Format<'json'> = {
  shape: 'json',
  name: 'github-attestations-api',
  fields: ['attestations', 'bundle', ...BUNDLE_FIELDS],
  recognises: ({ value }) => isList(value) && !isNpm(value),
  read: (document, note) => readList('github-attestations-api', document, note),
};

const isList = (value: unknown) => listOf(value, 'attestations').some((one) => objectOf(field(one, 'bundle')) !== null);
const isNpm = (value: unknown) =>
  listOf(value, 'attestations').some((one) => field(one, 'predicateType') !== undefined);

// The predicate types that npm writes beside the bundles are not signed: nothing is taken from
// them.
function readList(format: string, { value }: DocumentOf<'json'>, note: Note): ParsedDocument {
  const parts = listOf(value, 'attestations').map((one, index) => ({
    value: field(one, 'bundle'),
    pointer: `/attestations/${index}/bundle`,
  }));
  const unrecognised = fault('bundle_content', 'There is no bundle');
  return readSeveral(parts, { format, versioned: false, unrecognised }, note);
}
