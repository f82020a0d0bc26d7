// What SLSA provenance says that a build was given: where its source and its steps came from, and
// its parameters.
import { field, objectOf, textOf } from '../json/fields.ts';
import {
  type Found,
  isFilled,
  isTooLong,
  plain,
  type Reference,
  referenceOf,
  referencesIn,
  stepsIn,
} from './build-references.ts';
import { BUILD_CONFIG, type Parameters, parametersOf, type Role, stepsParameterOf } from './build-types.ts';
import { isInline, namesWithin, roleByName } from './parameter-names.ts';

export type BuildInputs = {
  readonly buildType: string | null;
  readonly isKnownType: boolean;
  /** Every place that names where the source or the steps came from. */
  readonly references: readonly Reference[];
  /** The places of build steps written in the provenance itself. */
  readonly inline: readonly string[];
  /**
   * The parameter that must say where the steps came from, and does not; null if none is missing.
   */
  readonly missing: string | null;
  /** Parameters that the build type does not define. */
  readonly unexpected: readonly string[];
};

/**
 * The inputs of a build, by any version of SLSA. A predicate that mixes versions is searched for
 * each of them.
 */
export function buildInputs(predicate: unknown): BuildInputs {
  const found: Found = { references: [], inline: [], unexpected: [] };
  const types = [
    textOf(predicate, 'buildDefinition', 'buildType'),
    textOf(predicate, 'buildType'),
    textOf(predicate, 'recipe', 'type'),
  ].filter((type) => type !== null);
  // With two types, either could be the one that the builder used.
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

/** The fields of a value with that name in any spelling, such as that of Protocol Buffers. */
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

// GitLab's file with the steps may belong to another project: `path@group/project:ref`.
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
