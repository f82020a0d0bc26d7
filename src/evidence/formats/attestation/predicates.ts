// The kind of evidence that a predicate is, and its facts.
import type { EvidenceKind, FactsOf } from '../../../domain/evidence/evidence-facts.ts';
import type { Note } from '../../reading.ts';
import { fault } from '../noting.ts';
import type { Inner } from './predicate-readers.ts';
import { isSlsaProvenance, NO_CLAIMS, slsaClaims, slsaVersion } from './slsa.ts';
import { isVsa, VSA_FIELDS, vsaFacts } from './vsa.ts';

export type StatementKind = Extract<EvidenceKind, 'provenance' | 'vsa' | 'attestation'>;

/**
 * The kind of evidence that a predicate is. Only SLSA provenance is provenance; other descriptions
 * of a build are not.
 */
export function kindOf(predicateType: string | null): StatementKind {
  if (predicateType === null) return 'attestation';
  if (isSlsaProvenance(predicateType)) return 'provenance';
  return isVsa(predicateType) ? 'vsa' : 'attestation';
}

type Predicate = { readonly predicateType: string | null; readonly predicate: unknown; readonly inner: Inner | null };

/**
 * The facts of a predicate. `counts` covers all statements of the document that claim the same.
 * Pointers are relative to the predicate.
 */
export function factsOf(
  { predicateType, predicate, inner }: Predicate,
  counts: { subjects: number; statements: number },
  note: Note,
): FactsOf<StatementKind> {
  const kind = kindOf(predicateType);
  if (predicateType === null || kind === 'attestation')
    return { kind: 'attestation', predicate_type: predicateType, ...counts, predicate: inner?.facts ?? null };
  return kind === 'vsa'
    ? vsaFacts(predicateType, predicate, note)
    : provenanceFacts(predicateType, predicate, counts.subjects, note);
}

function provenanceFacts(
  predicateType: string,
  predicate: unknown,
  subjects: number,
  note: Note,
): FactsOf<'provenance'> {
  const version = slsaVersion(predicateType);
  if (version === null)
    note(fault('unknown_version', `The predicate is of a version that is not read: ${predicateType}`));
  const claims = version === null ? NO_CLAIMS : slsaClaims(version, predicate, note);
  return { kind: 'provenance', predicate_type: predicateType, slsa: version !== null, ...claims, subjects };
}

/** The names of all fields of SLSA provenance that facts are taken from. */
export const SLSA_FIELDS = [
  ...['builder', 'id', 'buildType', 'buildDefinition', 'runDetails', 'metadata', 'recipe', 'type', 'arguments'],
  ...['definedInMaterial', 'materials', 'resolvedDependencies', 'invocation', 'configSource', 'parameters'],
  ...[
    'externalParameters',
    'workflow',
    'source',
    'artifact',
    'sourceToBuild',
    'buildConfigSource',
    'repository',
    'ref',
  ],
  ...['buildInvocationId', 'buildInvocationID', 'invocationId', 'invocationID', 'uri', 'digest', 'sha1', 'gitCommit'],
  'sha256',
];

/** The names of all fields of predicates that facts are taken from. */
export const PREDICATE_FIELDS = [...SLSA_FIELDS, ...VSA_FIELDS];
