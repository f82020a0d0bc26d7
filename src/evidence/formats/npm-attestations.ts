// Lists of Sigstore bundles as registries give them: npm's (`/-/npm/v1/attestations/…`) and GitHub's (`/repos/…/attestations/…`).
import { field, listOf, objectOf } from '../../domain/json-fields.ts';
import { type DocumentOf, type Format, type Note, type Understood, Unreadable } from '../reading.ts';
import { isThere, type Opened, signedOne } from './dsse.ts';
import { fault, under } from './noting.ts';
import { BUNDLE_FIELDS, isBundle, openBundle } from './sigstore-bundle.ts';
import { understood } from './statement.ts';

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

// The predicate types that npm writes beside the bundles are not signed: nothing is taken from them.
function readList(format: string, { value }: DocumentOf<'json'>, note: Note): Understood {
  const at = (index: number) => `/attestations/${index}/bundle`;
  const bundles = listOf(value, 'attestations').map((one) => field(one, 'bundle'));
  const opened = bundles.map((bundle, index) => readOne(bundle, under(note, at(index))));
  const there = opened.map((one) => one?.statement ?? null).filter(isThere);
  if (there.length === 0)
    throw new Unreadable('statement_missing', 'No bundle holds a statement', {
      kind: 'attestation',
      format,
      version: null,
    });
  const { kind, subjects, facts, tool } = understood(there, note);
  const signed = opened.map((one, index) => signedOne(one, at(index), bundles[index]));
  return { kind, format, version: null, tool, subjects, facts, signed };
}

function readOne(bundle: unknown, note: Note): Opened | null {
  if (!isBundle(bundle)) note(fault('bundle_content', 'There is no bundle'));
  return openBundle(bundle, note);
}
