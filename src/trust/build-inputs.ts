// What SLSA provenance says that a build was told from outside: where its source and its steps came from, and its parameters.
import { field, objectOf, textOf } from '../domain/json-fields.ts';
import { BUILD_CONFIG, type Parameters, parametersOf, type Role } from './build-types.ts';

/** A place that names a repository. `uri` is null where it names none that can be read. */
export type Reference = { readonly place: string; readonly uri: string | null; readonly ref: string | null };

export type BuildInputs = {
  readonly buildType: string | null;
  readonly isKnownType: boolean;
  /** Everything that names where the source or the steps came from. */
  readonly references: readonly Reference[];
  /** Where the steps themselves stand. */
  readonly inline: readonly string[];
  /** Parameters that the build type does not define. */
  readonly unexpected: readonly string[];
};

type Found = { references: Reference[]; inline: string[]; unexpected: string[] };

/** The inputs of a build of any version of SLSA. A predicate that mixes versions is looked through for each. */
export function buildInputs(predicate: unknown): BuildInputs {
  const found: Found = { references: [], inline: [], unexpected: [] };
  const buildType =
    textOf(predicate, 'buildDefinition', 'buildType') ??
    textOf(predicate, 'buildType') ??
    textOf(predicate, 'recipe', 'type');
  const parameters = parametersOf(buildType);
  look(field(predicate, 'buildDefinition', 'externalParameters'), 'externalParameters', parameters, found);
  lookAtInvocation(field(predicate, 'invocation'), parameters, found);
  if (isFilled(field(predicate, 'buildConfig')) && parameters?.(BUILD_CONFIG) === undefined)
    found.inline.push('buildConfig');
  lookAtRecipe(field(predicate, 'recipe'), parameters, found);
  return { buildType, isKnownType: parameters !== null, ...found };
}

// SLSA v0.2.
function lookAtInvocation(invocation: unknown, parameters: Parameters | null, found: Found): void {
  for (const [name, value] of Object.entries(objectOf(invocation) ?? {})) {
    const place = `invocation.${name}`;
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
    }
  }
}

// SLSA v0.1.
function lookAtRecipe(recipe: unknown, parameters: Parameters | null, found: Found): void {
  const entryPoint = textOf(recipe, 'entryPoint');
  if (entryPoint !== null) stepsIn(entryPoint, 'recipe.entryPoint', found);
  look(field(recipe, 'arguments'), 'recipe.arguments', parameters, found);
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
  }
}

function lookAtOne(role: Role, value: unknown, at: string, found: Found): void {
  if (role === 'source') referencesIn(value, at, found);
  else if (role === 'steps') stepsIn(textOf({ value }, 'value') ?? textOf(value, 'value') ?? '', at, found);
  else if (at.endsWith('.variables')) stepsIn(textOf(value, 'CI_CONFIG_PATH') ?? '', `${at}.CI_CONFIG_PATH`, found);
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

/** A name without what spellings differ in. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

const URI = new Set(['uri', 'url', 'repository', 'repo', 'git', 'giturl', 'downloadlocation']);
const REF = new Set(['ref', 'revision', 'branch', 'tag', 'commitref']);
const PATH = new Set(['path', 'entrypoint', 'configpath', 'filename']);
const WITHIN = new Set(['artifact', 'source', 'configsource', 'value', 'workflow']);
const DATA = new Set(['digest', 'dir', 'name', 'mediatype', 'annotations']);

// A text, or an object that names a repository in one of its fields, with a ref and a file.
function referencesIn(value: unknown, place: string, found: Found): void {
  if (value === undefined || value === null || value === '') return;
  const fields = objectOf(value);
  if (typeof value === 'string' && PLAIN_PATH.test(value)) stepsIn(value, place, found);
  else if (typeof value === 'string') addressIn(value, place, [], found);
  else if (fields === null) found.references.push({ place, uri: null, ref: null });
  else referenceOf(Object.entries(fields), place, found);
}

function referenceOf(entries: [string, unknown][], place: string, found: Found): void {
  const refs = entries.filter(([name, one]) => REF.has(plain(name)) && isFilled(one)).map(([, one]) => String(one));
  for (const [name, one] of entries) {
    const [at, word] = [`${place}.${name}`, plain(name)];
    if (!isFilled(one) || REF.has(word) || DATA.has(word)) continue;
    if (URI.has(word)) addressIn(typeof one === 'string' ? one : '', at, refs, found);
    else if (PATH.has(word)) stepsIn(typeof one === 'string' ? one : '..', at, found);
    else if (WITHIN.has(word)) referencesIn(one, at, found);
    else found.unexpected.push(at);
  }
}

const PLAIN_PATH = /^(?:\.[\w.-]*(?:\/[\w .-]+)*|[\w .-]+)$/;

// `git+https://host/owner/repository@refs/heads/main`, `https://host/owner/repository#main`, or `owner/repository/path@ref`.
function addressIn(text: string, place: string, refs: readonly string[], found: Found): void {
  const [, repository, of] = WORKFLOW.exec(text) ?? [];
  const [, address = text, at] = /^([^@#]*:\/\/[^@#]*)[@#](.+)$/.exec(text) ?? [];
  const uri = repository === undefined ? address : `https://github.com/${repository}`;
  const named = [...refs, ...[at, of].filter((one) => one !== undefined)];
  for (const ref of named.length > 0 ? named : [null]) found.references.push({ place, uri, ref });
}

/** The workflow of a repository as GitHub writes it. */
const WORKFLOW = /^([\w.-]+\/[\w.-]+)(?:\/[^@:]*)?@([^:]+)$/;

const isAddress = (text: string) => text.includes('://') || /^[^/\s]+@[^/\s]+:/.test(text) || WORKFLOW.test(text);

// A file or a job of the source itself, or the address of another.
function stepsIn(text: string, place: string, found: Found): void {
  if (isAddress(text)) addressIn(text, place, [], found);
  else if (text.split('/').includes('..')) found.references.push({ place, uri: null, ref: null });
}
