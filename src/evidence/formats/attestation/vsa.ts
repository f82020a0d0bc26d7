// Verification summaries (SLSA VSA) of every version as one set of facts.
import type { FactsOf } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, textOf } from '../../../json/fields.ts';
import type { Note } from '../../reading.ts';
import { fault, warning } from '../noting.ts';

const PREFIX = 'https://slsa.dev/verification_summary/';

export const isVsa = (predicateType: string) => predicateType.startsWith(PREFIX);

/**
 * The facts of a verification summary; none if its version is unknown. Pointers are relative to the
 * predicate.
 */
export function vsaFacts(predicateType: string, predicate: unknown, note: Note): FactsOf<'vsa'> {
  const names = NAMES.get(predicateType.slice(PREFIX.length));
  if (names === undefined) {
    note(fault('unknown_version', `The predicate is of a version that is not read: ${predicateType}`));
    return { ...NOTHING };
  }
  const facts: FactsOf<'vsa'> = {
    kind: 'vsa',
    verifier_id: textOf(predicate, 'verifier', 'id'),
    time_verified: textOf(predicate, names.time),
    resource_uri: textOf(predicate, names.resource),
    policy_uri: textOf(predicate, 'policy', 'uri'),
    result: textOf(predicate, names.result),
    levels: levelsOf(predicate, names.levels, note),
    slsa_version: textOf(predicate, 'slsaVersion'),
  };
  check(facts, note);
  return facts;
}

type Names = { time: string; resource: string; result: string; levels: string };

const CAMEL = { time: 'timeVerified', resource: 'resourceUri', result: 'verificationResult' };

const NAMES: ReadonlyMap<string, Names> = new Map([
  ['v0.1', { time: 'time_verified', resource: 'resource_uri', result: 'verification_result', levels: 'policy_level' }],
  ['v0.2', { ...CAMEL, levels: 'policyLevel' }],
  ['v1', { ...CAMEL, levels: 'verifiedLevels' }],
]);

/** The names of all fields that facts are taken from. */
export const VSA_FIELDS = ['verifier', 'policy', 'slsaVersion', ...[...NAMES.values()].flatMap(Object.values<string>)];

const NOTHING: FactsOf<'vsa'> = {
  kind: 'vsa',
  verifier_id: null,
  time_verified: null,
  resource_uri: null,
  policy_uri: null,
  result: null,
  levels: [],
  slsa_version: null,
};

const MAX_LEVELS = 100;

// Before v1 there was one level, as a text.
function levelsOf(predicate: unknown, name: string, note: Note): string[] {
  const one = textOf(predicate, name);
  if (one !== null) return [one];
  const all = listOf(predicate, name);
  const levels = all.filter((level): level is string => typeof level === 'string');
  const odd = levels.length < all.length || (all.length === 0 && !isNothing(field(predicate, name)));
  if (odd) note(fault('vsa_levels', 'A level is no text', `/${name}`));
  return levels.slice(0, MAX_LEVELS);
}

const isNothing = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

function check({ verifier_id, result, resource_uri, policy_uri }: FactsOf<'vsa'>, note: Note): void {
  if (verifier_id === null) note(fault('vsa_verifier', 'It does not say who verified'));
  if (result !== 'PASSED' && result !== 'FAILED') note(fault('vsa_result', 'The result is neither PASSED nor FAILED'));
  if (resource_uri === null) note(warning('vsa_resource', 'It does not say what was verified'));
  if (policy_uri === null) note(warning('vsa_policy', 'It does not say by which policy'));
}
