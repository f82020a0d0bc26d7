// What a signer vouches for, and what may have started the builds that it signs.
import type { Flag } from '../domain/gate/flag.ts';

/** What the statements of a signer may earn, by the names in the trust file. */
export const VOUCHES = ['sbom', 'provenance', 'risk_assessment'] as const;
export type Vouch = (typeof VOUCHES)[number];

export const VOUCH_OF_FLAG: Record<Flag, Vouch> = {
  sbom_present: 'sbom',
  slsa_provenance_present: 'provenance',
  risk_assessment_present: 'risk_assessment',
};

// The kind of document that a type of predicate is made for. A CycloneDX BOM may be a VEX: a signer
// of BOMs does not vouch for those.
const MADE_FOR: readonly (readonly [type: RegExp, vouch: Vouch])[] = [
  [/^https:\/\/slsa\.dev\/provenance(?:$|[/?#])/, 'provenance'],
  [/^https:\/\/(?:cyclonedx\.org|spdx\.dev|spdx\.org|syft\.dev)(?:$|\/)/, 'sbom'],
  [/^https:\/\/openvex\.dev(?:$|\/)/, 'risk_assessment'],
  [/^https:\/\/in-toto\.io\/attestation\/vulns(?:$|\/)/, 'risk_assessment'],
  [/^(?:https:\/\/)?cosign\.sigstore\.dev\/attestation\/vuln(?:$|\/)/, 'risk_assessment'],
];

type Signer = { vouches_for?: 'any' | Vouch[] | undefined; predicate_types?: string[] | undefined };

/** What a signer of the trust file vouches for. */
export type Vouching = { vouches_for: 'any' | Vouch[] };

/**
 * A signer with what it vouches for. An entry that does not state it vouches for what its predicate
 * types are made for, and for anything if it names no predicate types either.
 */
export function vouchedFor<Entry extends Signer>(entry: Entry): Entry & Vouching {
  const { vouches_for, predicate_types } = entry;
  if (vouches_for !== undefined) return { ...entry, vouches_for };
  if (predicate_types === undefined) return { ...entry, vouches_for: 'any' };
  const made = predicate_types.map((type) => MADE_FOR.find(([form]) => form.test(type))?.[1]);
  return { ...entry, vouches_for: VOUCHES.filter((one) => made.includes(one)) };
}

/**
 * Events by which only people who may write to the repository start a build: names of GitHub
 * (`github.event_name`) and of GitLab (`CI_PIPELINE_SOURCE`). Pull and merge requests are not among
 * them, nor what comments, other workflows or tokens start.
 */
const TRIGGERS = ['push', 'workflow_dispatch', 'schedule', 'release', 'create', 'web', 'api'] as const;

// It runs with the rights of the protected branch, and anyone who opens a pull request starts it.
const NEVER = 'pull_request_target';

/** Throws if a trigger can never be trusted. */
export function requireTrigger(trigger: string): void {
  if (trigger === NEVER) throw new Error(`must not be ${NEVER}: anyone who opens a pull request starts it`);
  if (!/^[a-z][a-z0-9_]*$/.test(trigger)) throw new Error('must be the name of an event, such as push');
}

/** Whether an entry of the trust file lists a trigger; without a list, the default ones count. */
export function isTrigger(trigger: string, triggers: readonly string[] = TRIGGERS): boolean {
  return trigger !== NEVER && triggers.includes(trigger);
}

/**
 * Whether the certificates of an issuer always name what started the build, as those of GitHub and
 * GitLab do.
 */
export function namesTriggers(issuer: string): boolean {
  return /^https:\/\/(?:token\.actions\.githubusercontent\.com(?:\/[^/]+)?|gitlab\.com)$/.test(issuer);
}
