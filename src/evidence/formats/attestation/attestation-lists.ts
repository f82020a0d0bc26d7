// Lists of bundles and envelopes: one a line or in an array, bare or in what `gh` and GitHub's API
// wrap around each bundle.
import { field, objectOf } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { fault } from '../noting.ts';
import { ENVELOPE_FIELDS, isEnvelope } from './dsse.ts';
import { readSeveral } from './several.ts';
import { BUNDLE_FIELDS, isBundle } from './sigstore-bundle.ts';

type Wrapping = {
  readonly format: string;
  /** Whether the list is named after its notation and has the version of its entries. */
  readonly isBare: boolean;
  readonly fields: readonly string[];
  /** Where in each entry the bundle or envelope is. */
  readonly path: readonly string[];
  readonly recognises: (entry: unknown) => boolean;
  readonly unrecognised: string;
};

// Fields beside a bundle, such as the result of `gh attestation verify`, are not signed: nothing is
// taken from them.
const wrapping = (format: string, path: readonly string[]): Wrapping => ({
  format,
  isBare: false,
  fields: [...path, ...BUNDLE_FIELDS],
  path,
  recognises: (entry) => isBundle(field(entry, ...path)),
  unrecognised: 'There is no bundle',
});

const bundles: Wrapping = { ...wrapping('sigstore-bundle', []), isBare: true, unrecognised: 'It is no bundle' };
const envelopes: Wrapping = {
  ...bundles,
  format: 'dsse',
  fields: ENVELOPE_FIELDS,
  recognises: isEnvelope,
  unrecognised: 'It is no envelope',
};
const ghVerify = wrapping('gh-attestation-verify', ['attestation', 'bundle']);
const githubApi = wrapping('github-attestations-api', ['bundle']);

function read(
  one: Wrapping,
  form: string,
  entries: readonly unknown[],
  at: (index: number) => string,
  note: Note,
): ParsedDocument {
  const parts = entries.map((entry, index) => ({
    value: one.path.length === 0 ? entry : field(entry, ...one.path),
    pointer: [at(index), ...one.path].join('/'),
  }));
  const malformed = form === 'jsonl' ? 'line_malformed' : 'entry_malformed';
  const unrecognised = fault(one.isBare ? malformed : 'bundle_content', one.unrecognised);
  const format = one.isBare ? `${one.format}+${form}` : one.format;
  return readSeveral(parts, { format, versioned: one.isBare, unrecognised }, note);
}

const each = (index: number) => `/${index}`;

function lines(one: Wrapping): Format<'json-lines'> {
  return {
    shape: 'json-lines',
    name: one.isBare ? `${one.format}+jsonl` : one.format,
    fields: one.fields,
    recognises: ({ values }) => one.recognises(values[0]),
    read: ({ values }, note) => read(one, 'jsonl', values, each, note),
  };
}

function array(one: Wrapping): Format<'json'> {
  const entriesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return {
    shape: 'json',
    name: one.isBare ? `${one.format}+array` : one.format,
    fields: one.fields,
    recognises: ({ value }) => one.recognises(entriesOf(value)[0]),
    read: ({ value }, note) => read(one, 'array', entriesOf(value), each, note),
  };
}

// One entry of such a list, as `jq '.[0]'` extracts it.
function single(one: Wrapping): Format<'json'> {
  return {
    shape: 'json',
    name: one.format,
    fields: one.fields,
    recognises: ({ value }: DocumentOf<'json'>) => objectOf(value) !== null && one.recognises(value),
    read: ({ value }, note) => read(one, '', [value], () => '', note),
  };
}

export const ATTESTATION_LISTS: readonly (Format<'json'> | Format<'json-lines'>)[] = [
  ...[bundles, envelopes, ghVerify, githubApi].flatMap((one) => [lines(one), array(one)]),
  ...[ghVerify, githubApi].map(single),
];
