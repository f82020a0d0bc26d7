// SLSA provenance of every version as one set of facts.
import type { FactsOf } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Note } from '../../reading.ts';
import { fault, warning } from '../noting.ts';
import { NO_SOURCE, type Source, sourceOfV1, sourceOfV01, sourceOfV02 } from './slsa-source.ts';

export type SlsaVersion = 'v0.1' | 'v0.2' | 'v1';

/** The version of the predicate that a predicate type names; null if it is unknown. */
export function slsaVersion(predicateType: string): SlsaVersion | null {
  return VERSIONS.get(predicateType) ?? null;
}

export const isSlsaProvenance = (predicateType: string) =>
  /^https:\/\/slsa\.dev\/provenance(?:$|[/?#])/.test(predicateType);

const VERSIONS: ReadonlyMap<string, SlsaVersion> = new Map([
  ['https://slsa.dev/provenance/v0.1', 'v0.1'],
  ['https://slsa.dev/provenance/v0.2', 'v0.2'],
  ['https://slsa.dev/provenance/v1', 'v1'],
  ['https://slsa.dev/provenance/v1.0?draft', 'v1'],
]);

type Claims = Omit<FactsOf<'provenance'>, 'kind' | 'predicate_type' | 'slsa' | 'subjects'>;

/** The claims of a predicate of that version. Pointers are relative to the predicate. */
export function slsaClaims(version: SlsaVersion, predicate: unknown, note: Note): Claims {
  const { builder, buildType, materials, parameters, run, source } = PLACES[version];
  if (objectOf(predicate) === null) note(fault('predicate_missing', 'There is no predicate'));
  return {
    builder_id: stated('builder', predicate, builder, note),
    build_type: stated('build_type', predicate, buildType, note),
    source: source(predicate, note),
    invocation_id: run.map((path) => textOf(predicate, ...path)).find((id) => id !== null) ?? null,
    materials: countOf(predicate, materials, note),
    parameters: parametersOf(predicate, parameters, note),
  };
}

/** The claims of a predicate that cannot be understood: none. */
export const NO_CLAIMS: Claims = {
  builder_id: null,
  build_type: null,
  source: NO_SOURCE,
  invocation_id: null,
  materials: 0,
  parameters: null,
};

type Places = {
  builder: string[];
  buildType: string[];
  materials: string[];
  parameters: string[];
  run: string[][];
  source: (predicate: unknown, note: Note) => Source;
};

const PLACES: Record<SlsaVersion, Places> = {
  'v0.1': {
    builder: ['builder', 'id'],
    buildType: ['recipe', 'type'],
    materials: ['materials'],
    parameters: ['recipe', 'arguments'],
    run: [['metadata', 'buildInvocationId']],
    source: sourceOfV01,
  },
  'v0.2': {
    builder: ['builder', 'id'],
    buildType: ['buildType'],
    materials: ['materials'],
    parameters: ['invocation', 'parameters'],
    // The specification says `Id`; its Go implementation wrote `ID` in JSON.
    run: [
      ['metadata', 'buildInvocationId'],
      ['metadata', 'buildInvocationID'],
    ],
    source: sourceOfV02,
  },
  v1: {
    builder: ['runDetails', 'builder', 'id'],
    buildType: ['buildDefinition', 'buildType'],
    materials: ['buildDefinition', 'resolvedDependencies'],
    parameters: ['buildDefinition', 'externalParameters'],
    run: [
      ['runDetails', 'metadata', 'invocationId'],
      ['runDetails', 'metadata', 'invocationID'],
    ],
    source: sourceOfV1,
  },
};

function stated(what: string, predicate: unknown, path: string[], note: Note): string | null {
  const found = textOf(predicate, ...path);
  if (found !== null) return found;
  const pointer = `/${path.join('/')}`;
  // BuildKit leaves the builder empty unless it is configured.
  if (field(predicate, ...path) === '') note(warning(`${what}_missing`, 'It is empty', pointer));
  else note(fault(`${what}_missing`, 'The predicate has no such text', pointer));
  return null;
}

function countOf(predicate: unknown, path: string[], note: Note): number {
  const found = field(predicate, ...path) ?? [];
  if (!Array.isArray(found)) note(fault('materials_malformed', 'It is no array', `/${path.join('/')}`));
  return listOf(predicate, ...path).length;
}

const MAX_PARAMETERS = 8 * 1_024;

function parametersOf(predicate: unknown, path: string[], note: Note): unknown {
  const found = field(predicate, ...path) ?? null;
  if (found !== null && objectOf(found) === null)
    note(fault('parameters_malformed', 'The parameters are no object', `/${path.join('/')}`));
  return Buffer.byteLength(JSON.stringify(found)) <= MAX_PARAMETERS ? found : null;
}
