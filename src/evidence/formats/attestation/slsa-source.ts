// The source of a build in SLSA provenance: each version and builder states it in another place.
import type { FactsOf } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, numberOf, textOf } from '../../../json/fields.ts';
import type { Note } from '../../reading.ts';
import { warning } from '../noting.ts';

export type Source = FactsOf<'provenance'>['source'];

export const NO_SOURCE: Source = { uri: null, ref: null, commit: null };

/**
 * SLSA v0.1: the material that defines the recipe. Google Cloud Build omits that reference and has
 * one material.
 */
export function sourceOfV01(predicate: unknown, note: Note): Source {
  const materials = listOf(predicate, 'materials');
  const index = numberOf(predicate, 'recipe', 'definedInMaterial');
  if (index === null) return sourceAmong(materials, note);
  return sourceOf(materials[index]);
}

/**
 * SLSA v0.2: the source of the configuration, otherwise the only repository among the materials.
 */
export function sourceOfV02(predicate: unknown, note: Note): Source {
  const declared = field(predicate, 'invocation', 'configSource');
  if (textOf(declared, 'uri') !== null) return sourceOf(declared);
  return sourceAmong(listOf(predicate, 'materials'), note);
}

/**
 * SLSA v1: the dependency that the parameters declare as the source, otherwise the only repository
 * among the dependencies.
 */
export function sourceOfV1(predicate: unknown, note: Note): Source {
  const dependencies = listOf(predicate, 'buildDefinition', 'resolvedDependencies').filter(isRepository).map(sourceOf);
  const declared = declaredSource(field(predicate, 'buildDefinition', 'externalParameters'));
  if (declared === null) return onlyOne(dependencies, note);
  if (dependencies.length === 0) return declared;
  const [found, ...others] = dependencies.filter((one) => isSame(one, declared));
  if (found !== undefined && others.every((other) => isSame(found, other)))
    return { ...found, ref: found.ref ?? declared.ref };
  if (found !== undefined) {
    note(warning('source_ambiguous', 'Several dependencies are the source that the parameters declare: none is taken'));
    return NO_SOURCE;
  }
  note(
    warning('source_disagrees', 'The source that the parameters declare is none of the dependencies: neither is taken'),
  );
  return NO_SOURCE;
}

// In this order: Google Cloud Build, GitHub's workflows, and container-based builds in their
// present and former form.
function declaredSource(parameters: unknown): Source | null {
  for (const name of ['sourceToBuild', 'buildConfigSource', 'workflow']) {
    const uri = textOf(parameters, name, 'repository');
    if (uri !== null) return { uri, ref: textOf(parameters, name, 'ref'), commit: null };
  }
  const source = field(parameters, 'source');
  if (typeof source === 'string' && source !== '') return sourceOf({ uri: source });
  for (const one of [source, field(source, 'artifact')]) {
    if (textOf(one, 'uri') !== null) return sourceOf(one);
  }
  return null;
}

function isSame(one: Source, other: Source): boolean {
  const agree = (name: 'ref' | 'commit') => one[name] === null || other[name] === null || one[name] === other[name];
  const plain = (uri: string | null) => (uri ?? '').replace(/^git\+/, '');
  return plain(one.uri) === plain(other.uri) && agree('ref') && agree('commit');
}

function sourceAmong(materials: readonly unknown[], note: Note): Source {
  if (materials.length === 1) return sourceOf(materials[0]);
  return onlyOne(materials.filter(isRepository).map(sourceOf), note);
}

function onlyOne(sources: readonly Source[], note: Note): Source {
  const [first, ...others] = sources;
  if (first === undefined) return NO_SOURCE;
  if (others.length === 0) return first;
  note(warning('source_ambiguous', `The source is not declared, and ${sources.length} repositories were used`));
  return NO_SOURCE;
}

function isRepository(material: unknown): boolean {
  const uri = textOf(material, 'uri');
  if (uri === null) return false;
  if (/^(?:(?:git|hg|svn|bzr)\+|git[:@]|ssh:\/\/)/.test(uri) || /\.git(?:[@#]|$)/.test(uri)) return true;
  return commitOf(material) !== null;
}

// GitLab's runner writes the commit as `sha256`, although it has the length of SHA-1.
function commitOf(resource: unknown): string | null {
  const sha256 = textOf(resource, 'digest', 'sha256');
  const misnamed = sha256 !== null && SHORT_COMMIT.test(sha256) ? sha256 : null;
  return textOf(resource, 'digest', 'gitCommit') ?? textOf(resource, 'digest', 'sha1') ?? misnamed;
}

/**
 * The parts of a source resource. `git+https://host/path@ref` is split like a download location of
 * SPDX.
 */
export function sourceOf(resource: unknown): Source {
  const stated = textOf(resource, 'uri');
  if (stated === null) return NO_SOURCE;
  const { uri, ref } = splitUri(stated);
  const isCommit = ref !== null && COMMIT.test(ref);
  return { uri, ref: isCommit ? null : ref, commit: commitOf(resource) ?? (isCommit ? ref : null) };
}

const SHORT_COMMIT = /^[0-9a-f]{40}$/;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

function splitUri(uri: string): { uri: string; ref: string | null } {
  const scheme = uri.indexOf('://');
  const path = scheme === -1 ? -1 : uri.indexOf('/', scheme + 3);
  if (path === -1) return { uri, ref: null };
  const at = uri.indexOf('@', path);
  // Everything after the first `@` is the ref: refs may contain more of them, repositories do not.
  // `/@scope` is a path.
  if (at !== -1 && uri[at - 1] !== '/' && (uri.startsWith('git') || uri.startsWith('refs/', at + 1)))
    return { uri: uri.slice(0, at), ref: uri.slice(at + 1) };
  const fragment = uri.indexOf('.git#', path);
  if (fragment !== -1)
    return { uri: uri.slice(0, fragment + 4), ref: uri.slice(fragment + 5).split(':', 1)[0] || null };
  const commit = uri.lastIndexOf('/commit/');
  if (commit > path && COMMIT.test(uri.slice(commit + 8)))
    return { uri: uri.slice(0, commit), ref: uri.slice(commit + 8) };
  return { uri, ref: null };
}
