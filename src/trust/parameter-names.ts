// Parameters that no build type defines: the names by which they call sources and build steps.
import { textOf } from '../json/fields.ts';
import { addressesIn, type Found, isFilled, plain } from './build-references.ts';
import type { Role } from './build-types.ts';

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

/** Whether a parameter has build steps in it. */
export const isInline = (name: string, value: unknown) => INLINE.has(plain(name)) && isFilled(value);

// The names by which build types call the place of the source or of the steps. What they name must
// be a trusted source, even where other parameters are not checked.
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

/** The role that the name of a parameter suggests; `value` for any other name. */
export const roleByName = (name: string): Role => NAMES.get(plain(name)) ?? 'value';

// Other names for the place of the source or the steps. They have other meanings too, so only
// addresses under them count.
const NAMES_SOURCE = new RegExp(
  [
    '^(?:source|src|git|code|vcs|scm|build|config|ci|workflow|pipeline|project|clone|override)*',
    '(?:(?:source|src|git|repo|repository|vcs|scm)s?|repositories|(?:config|workflow|pipeline|project|task)(?=ur[il]))',
    '(?:ur[il]|address|location)?$',
  ].join(''),
);

// Addresses within inline steps belong to the steps. What a `runSpec` refers to does not.
const isOpaque = (name: string) => INLINE.has(name) && name !== 'runspec';

/**
 * Adds the addresses of repositories in such a parameter, at any depth: `{"build": {"gitUrl":
 * ...}}`.
 */
export function namesWithin(name: string, value: unknown, at: string, found: Found): void {
  const word = plain(name);
  if (NAMES.has(word) || NAMES_SOURCE.test(word)) addressesIn(value, at, found);
  else if (!isOpaque(word)) namesIn(value, at, found);
}

function namesIn(value: unknown, at: string, found: Found): void {
  if (typeof value !== 'object' || value === null) return;
  // A list of parameters has the name beside the value.
  const pair = textOf(value, 'name');
  for (const [key, one] of Object.entries(value))
    namesWithin(pair !== null && plain(key) === 'value' ? pair : key, one, `${at}.${key}`, found);
}
