// What SLSA provenance says that a build was told from outside: where its source and its steps came from, and its parameters.
import { field, objectOf, textOf } from '../domain/json-fields.ts';
import { BUILD_CONFIG, type Parameters, parametersOf, type Role, stepsParameterOf } from './build-types.ts';

/** A place that names a repository. `uri` is null where it names none that can be read; `commit` is the one it pins, if any. */
export type Reference = {
  readonly place: string;
  readonly uri: string | null;
  readonly ref: string | null;
  readonly commit?: string | null;
};

export type BuildInputs = {
  readonly buildType: string | null;
  readonly isKnownType: boolean;
  /** Everything that names where the source or the steps came from. */
  readonly references: readonly Reference[];
  /** Where the steps themselves stand. */
  readonly inline: readonly string[];
  /** The parameter that has to say where the steps came from, and does not; null where it does or none has to. */
  readonly missing: string | null;
  /** Parameters that the build type does not define. */
  readonly unexpected: readonly string[];
};

type Found = { references: Reference[]; inline: string[]; unexpected: string[] };

/** The inputs of a build of any version of SLSA. A predicate that mixes versions is looked through for each. */
export function buildInputs(predicate: unknown): BuildInputs {
  const found: Found = { references: [], inline: [], unexpected: [] };
  const types = [
    textOf(predicate, 'buildDefinition', 'buildType'),
    textOf(predicate, 'buildType'),
    textOf(predicate, 'recipe', 'type'),
  ].filter((type) => type !== null);
  // Of two types, either could be the one that the builder went by.
  const buildType = types.length === 0 ? null : [...new Set(types)].join(' and ');
  const parameters = parametersOf(buildType);
  for (const [, definition] of spelt(predicate, 'builddefinition'))
    for (const [name, given] of spelt(definition, 'externalparameters')) look(given, name, parameters, found);
  for (const [name, invocation] of spelt(predicate, 'invocation'))
    lookAtInvocation(invocation, name, parameters, found);
  for (const [name, config] of spelt(predicate, 'buildconfig'))
    if (isFilled(config) && parameters?.(BUILD_CONFIG) === undefined) found.inline.push(name);
  for (const [name, recipe] of spelt(predicate, 'recipe')) lookAtRecipe(recipe, name, parameters, found);
  const needed = stepsParameterOf(parameters);
  const isStated = needed === null || isFilled(field(predicate, 'buildDefinition', 'externalParameters', needed));
  return { buildType, isKnownType: parameters !== null, missing: isStated ? null : needed, ...found };
}

/** The fields of a value that have a name in any spelling, such as that of Protocol Buffers. */
const spelt = (value: unknown, name: string) =>
  Object.entries(objectOf(value) ?? {}).filter(([spelling]) => plain(spelling) === name);

// SLSA v0.2.
function lookAtInvocation(invocation: unknown, at: string, parameters: Parameters | null, found: Found): void {
  for (const [name, value] of Object.entries(objectOf(invocation) ?? {})) {
    const place = `${at}.${name}`;
    switch (plain(name)) {
      case 'configsource':
        referencesIn(value, place, found);
        break;
      case 'parameters':
        look(value, place, parameters, found);
        break;
      case 'environment':
        break;
      default:
        if (isFilled(value)) found.unexpected.push(place);
        namesWithin(name, value, place, found);
    }
  }
}

// SLSA v0.1.
function lookAtRecipe(recipe: unknown, at: string, parameters: Parameters | null, found: Found): void {
  for (const [name, value] of Object.entries(objectOf(recipe) ?? {})) {
    const place = `${at}.${name}`;
    switch (plain(name)) {
      case 'entrypoint':
        lookAtSteps(value, place, found);
        break;
      case 'arguments':
        look(value, place, parameters, found);
        break;
      case 'type':
      case 'definedinmaterial':
      case 'environment':
        break;
      default:
        if (isFilled(value)) found.unexpected.push(place);
        namesWithin(name, value, place, found);
    }
  }
}

function look(given: unknown, place: string, parameters: Parameters | null, found: Found): void {
  if (given === undefined || given === null) return;
  const entries = objectOf(given);
  if (entries === null) {
    if (isFilled(given)) found.unexpected.push(place);
    return;
  }
  for (const [name, value] of Object.entries(entries)) {
    const at = `${place}.${name}`;
    const role = parameters?.(name);
    if (role === undefined) (isInline(name, value) ? found.inline : found.unexpected).push(at);
    lookAtOne(role ?? roleByName(name), value, at, found);
    if (role === undefined && roleByName(name) === 'value') namesWithin(name, value, at, found);
    for (const path of configPaths(name, value)) lookAtConfigPath(path, at, textOf(given, 'source'), found);
  }
}

function lookAtOne(role: Role, value: unknown, at: string, found: Found): void {
  if (role === 'source') referencesIn(value, at, found);
  else if (role === 'steps') lookAtSteps(value, at, found);
}

function lookAtSteps(value: unknown, at: string, found: Found): void {
  const text = textOf(value, 'value');
  if (typeof value === 'string') stepsIn(value, at, found);
  else if (text === null) referencesIn(value, at, found);
  else {
    stepsIn(text, at, found);
    referenceOf(
      Object.entries(objectOf(value) ?? {}).filter(([name]) => name !== 'value'),
      at,
      found,
    );
  }
}

const INLINE = new Set([
  'buildconfig',
  'steps',
  'script',
  'scripts',
  'commands',
  'command',
  'inlineconfig',
  'runspec',
  'pipelinespec',
  'taskspec',
]);

const isInline = (name: string, value: unknown) => INLINE.has(plain(name)) && isFilled(value);

// Names by which build types call where the source or the steps lie. They are held to the sources where parameters are not.
const NAMES: ReadonlyMap<string, Role> = new Map([
  ...[
    ...[
      'source',
      'sourceuri',
      'sourcetobuild',
      'repository',
      'repo',
      'git',
      'giturl',
      'buildconfigsource',
      'configsource',
    ],
    ...['workflow', 'workflowref', 'builddefinition', 'pipeline', 'pipelineref', 'taskref', 'overridesource'],
  ].map((name): [string, Role] => [name, 'source']),
  ...['entrypoint', 'configpath', 'workflowpath', 'ciconfigpath'].map((name): [string, Role] => [name, 'steps']),
]);

const roleByName = (name: string): Role => NAMES.get(plain(name)) ?? 'value';

// Other names for where the source or the steps lie. They stand for other things as well, so only addresses under them count.
const NAMES_SOURCE = new RegExp(
  [
    '^(?:source|src|git|code|vcs|scm|build|config|ci|workflow|pipeline|project|clone|override)*',
    '(?:(?:source|src|git|repo|repository|vcs|scm)s?|repositories|(?:config|workflow|pipeline|project|task)(?=ur[il]))',
    '(?:ur[il]|address|location)?$',
  ].join(''),
);

// What stands inline in the steps is the steps' own; what a run refers to is not.
const isOpaque = (name: string) => INLINE.has(name) && name !== 'runspec';

// Addresses of repositories in a parameter that no build type defines, however deep: `{"build": {"gitUrl": ...}}`.
function namesWithin(name: string, value: unknown, at: string, found: Found): void {
  const word = plain(name);
  if (NAMES.has(word) || NAMES_SOURCE.test(word)) addressesIn(value, at, found);
  else if (!isOpaque(word)) namesIn(value, at, found);
}

function namesIn(value: unknown, at: string, found: Found): void {
  if (typeof value !== 'object' || value === null) return;
  // Lists of parameters have the name beside the value.
  const pair = textOf(value, 'name');
  for (const [key, one] of Object.entries(value))
    namesWithin(pair !== null && plain(key) === 'value' ? pair : key, one, `${at}.${key}`, found);
}

// Every address in a value that is about the source.
function addressesIn(value: unknown, at: string, found: Found): void {
  if (typeof value === 'string') stepsIn(value, at, found);
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  const isOne = entries.some(([name, one]) => URI.has(plain(name)) && typeof one === 'string' && isAddress(one));
  if (isOne) referenceOf(entries, at, found);
  else for (const [name, one] of entries) addressesIn(one, `${at}.${name}`, found);
}

// GitLab's file with the steps may be of another project: `path@group/project:ref`.
function configPaths(name: string, value: unknown): string[] {
  const path = name === 'CI_CONFIG_PATH' ? value : name === 'variables' ? textOf(value, 'CI_CONFIG_PATH') : null;
  if (!isFilled(path)) return [];
  return [typeof path === 'string' ? path : '..'];
}

function lookAtConfigPath(path: string, at: string, source: string | null, found: Found): void {
  if (isTooLong(path, at, found)) return;
  const [, project, ref = null] = /^[^@:]*@([^@:]+\/[^@:]+)(?::(.+))?$/.exec(path) ?? [];
  const [host] = /^https:\/\/[^/]+\//.exec(source ?? '') ?? [];
  if (project === undefined) stepsIn(path, at, found);
  else found.references.push({ place: at, uri: host === undefined ? null : `${host}${project}`, ref });
}

/** A name without what spellings differ in. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

const URI = new Set(['uri', 'url', 'repository', 'repo', 'git', 'giturl', 'downloadlocation']);
const REF = new Set(['ref', 'revision', 'branch', 'tag', 'commitref']);
const PATH = new Set(['path', 'entrypoint', 'configpath', 'filename', 'dir']);
const WITHIN = new Set(['artifact', 'source', 'configsource', 'value', 'workflow']);
const DATA = new Set(['digest', 'name', 'pathautodetect', 'mediatype', 'annotations']);

/** Nothing longer is an address or a file: to tell which it is would take minutes with some texts. */
const MAX_TEXT = 4_096;

function isTooLong(text: string, place: string, found: Found): boolean {
  if (text.length <= MAX_TEXT) return false;
  found.references.push({ place, uri: null, ref: null });
  return true;
}

// A text, or an object that names a repository in one of its fields, with a ref and a file.
function referencesIn(value: unknown, place: string, found: Found): void {
  if (value === undefined || value === null || value === '') return;
  const fields = objectOf(value);
  if (typeof value === 'string' && PLAIN_PATH.test(value)) stepsIn(value, place, found);
  else if (typeof value === 'string') addressIn(value, place, { refs: [], commit: null }, found);
  else if (fields === null) found.references.push({ place, uri: null, ref: null });
  else referenceOf(Object.entries(fields), place, found);
}

function referenceOf(entries: [string, unknown][], place: string, found: Found): void {
  const refs = entries.filter(([name, one]) => REF.has(plain(name)) && isFilled(one)).map(([, one]) => String(one));
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
  // A branch or tag of nothing: whose it is cannot be told.
  if (refs.length > 0 && !names) found.references.push({ place, uri: null, ref: null });
}

type Pinned = { readonly refs: readonly string[]; readonly commit: string | null };

const PLAIN_PATH = /^(?:\.[\w.-]*(?:\/[\w .-]+)*|[\w .-]+)$/;

// `git+https://host/owner/repository@refs/heads/main`, `https://host/owner/repository#main`, or `owner/repository/path@ref`.
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

/** The workflow of a repository as GitHub writes it. */
const WORKFLOW = /^([\w.-]+\/[\w.-]+)(?:\/[^@:]*)?@([^:]+)$/;

const isAddress = (text: string) =>
  text.length > MAX_TEXT || text.includes('://') || /^[^/\s]+@[^/\s]+:/.test(text) || WORKFLOW.test(text);

// A file or a job of the source itself, or the address of another.
function stepsIn(text: string, place: string, found: Found): void {
  if (isTooLong(text, place, found)) return;
  if (isAddress(text)) addressIn(text, place, { refs: [], commit: null }, found);
  else if (text.split('/').includes('..')) found.references.push({ place, uri: null, ref: null });
}
