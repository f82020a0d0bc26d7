// The places in the inputs of a build that name a repository, in any form.
import { objectOf, textOf } from '../json/fields.ts';

/**
 * A place that names a repository. `uri` is null if it names none that can be read; `commit` is the
 * one that it pins, if any.
 */
export type Reference = {
  readonly place: string;
  readonly uri: string | null;
  readonly ref: string | null;
  readonly commit?: string | null;
};

/** What was found in the inputs of a build so far: see `BuildInputs`. */
export type Found = { references: Reference[]; inline: string[]; unexpected: string[] };

/** A name without the differences between spellings. */
export const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

const URI = new Set(['uri', 'url', 'repository', 'repo', 'git', 'giturl', 'downloadlocation']);
const REF = new Set(['ref', 'revision', 'branch', 'tag', 'commitref']);
const PATH = new Set(['path', 'entrypoint', 'configpath', 'filename', 'dir']);
const WITHIN = new Set(['artifact', 'source', 'configsource', 'value', 'workflow']);
const DATA = new Set(['digest', 'name', 'pathautodetect', 'mediatype', 'annotations']);

/** No address and no file is longer. Matching a longer text could take minutes. */
const MAX_TEXT = 4_096;

export function isTooLong(text: string, place: string, found: Found): boolean {
  if (text.length <= MAX_TEXT) return false;
  found.references.push({ place, uri: null, ref: null });
  return true;
}

/**
 * Adds what a value names: a text, or an object that names a repository in one of its fields, with
 * a ref and a file.
 */
export function referencesIn(value: unknown, place: string, found: Found): void {
  if (value === undefined || value === null || value === '') return;
  const fields = objectOf(value);
  if (typeof value === 'string' && PLAIN_PATH.test(value)) stepsIn(value, place, found);
  else if (typeof value === 'string') addressIn(value, place, { refs: [], commit: null }, found);
  else if (fields === null) found.references.push({ place, uri: null, ref: null });
  else referenceOf(Object.entries(fields), place, found);
}

export function referenceOf(entries: [string, unknown][], place: string, found: Found): void {
  const given = entries.filter(([name, one]) => REF.has(plain(name)) && isFilled(one)).map(([, one]) => one);
  const refs = given.filter((one) => typeof one === 'string');
  const digest = entries.find(([name]) => plain(name) === 'digest')?.[1];
  const pinned = { refs, commit: textOf(digest, 'gitCommit') ?? textOf(digest, 'sha1') };
  let names = false;
  for (const [name, one] of entries) {
    const [at, word] = [`${place}.${name}`, plain(name)];
    if (!isFilled(one) || REF.has(word) || DATA.has(word)) continue;
    names ||= URI.has(word);
    if (URI.has(word)) addressIn(typeof one === 'string' ? one : '', at, pinned, found);
    else if (PATH.has(word)) stepsIn(typeof one === 'string' ? one : '..', at, found);
    else if (WITHIN.has(word)) referencesIn(one, at, found);
    else {
      found.unexpected.push(at);
      addressesIn(one, at, found);
    }
  }
  // A branch or tag without a repository: which repository it belongs to is unknown.
  if (refs.length < given.length || (refs.length > 0 && !names)) found.references.push({ place, uri: null, ref: null });
}

type Pinned = { readonly refs: readonly string[]; readonly commit: string | null };

const PLAIN_PATH = /^(?:\.[\w.-]*(?:\/[\w .-]+)*|[\w .-]+)$/;

// `git+https://host/owner/repository@refs/heads/main`, `https://host/owner/repository#main`, or
// `owner/repository/path@ref`.
function addressIn(text: string, place: string, { refs, commit }: Pinned, found: Found): void {
  if (isTooLong(text, place, found)) return;
  const [, repository, of] = WORKFLOW.exec(text) ?? [];
  const [, address = text, at] = /^([^@#]*:\/\/[^@#]*)[@#](.+)$/.exec(text) ?? [];
  const uri = repository === undefined ? address : `https://github.com/${repository}`;
  const named = [...refs, ...[at, of].filter((one) => one !== undefined)];
  for (const ref of named.length > 0 ? named : [null])
    found.references.push({ place, uri, ref, commit: ref !== null && COMMIT.test(ref) ? ref : commit });
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

/** A workflow of a repository, as GitHub writes it. */
const WORKFLOW = /^([\w.-]+\/[\w.-]+)(?:\/[^@:]*)?@([^:]+)$/;

const isAddress = (text: string) =>
  text.length > MAX_TEXT || text.includes('://') || /^[^/\s]+@[^/\s]+:/.test(text) || WORKFLOW.test(text);

/**
 * Adds what a text names: a file or a job of the source itself, or the address of another source.
 */
export function stepsIn(text: string, place: string, found: Found): void {
  if (isTooLong(text, place, found)) return;
  if (isAddress(text)) addressIn(text, place, { refs: [], commit: null }, found);
  else if (text.split('/').includes('..')) found.references.push({ place, uri: null, ref: null });
}

/** Adds every address of a source in a value, at any depth. */
export function addressesIn(value: unknown, at: string, found: Found): void {
  if (typeof value === 'string') stepsIn(value, at, found);
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  const isOne = entries.some(([name, one]) => URI.has(plain(name)) && typeof one === 'string' && isAddress(one));
  if (isOne) referenceOf(entries, at, found);
  else for (const [name, one] of entries) addressesIn(one, `${at}.${name}`, found);
}
