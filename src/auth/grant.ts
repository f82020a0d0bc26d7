// Grants: which verified ID tokens may do what. A claim that a grant names must be in the token,
// and match.
import { compileSegments } from '../domain/pattern.ts';
import { field, type JsonObject } from '../json/fields.ts';
import { mayWrite, type Role } from './role.ts';

/** What a claim must be: exactly this, or text that matches a pattern with `*`. */
export type ClaimRule = string | number | boolean;

export type Grant = {
  readonly name: string;
  /** The name of an issuer. */
  readonly issuer: string;
  /** All must match; of a list, one. */
  readonly claims: Readonly<Record<string, ClaimRule | readonly ClaimRule[]>>;
  readonly tenant: string;
  readonly roles: readonly Role[];
  /** Patterns of the owners of runs that may be written. */
  readonly owners?: 'any' | readonly string[] | undefined;
};

/** The first grant, in the order of the file, that a token of that issuer matches; null if none does. */
export function grantOf<Of extends Grant>(grants: readonly Of[], issuer: string, claims: JsonObject): Of | null {
  return grants.find((grant) => grant.issuer === issuer && matches(grant, claims)) ?? null;
}

function matches(grant: Grant, claims: JsonObject): boolean {
  const rules = Object.entries(grant.claims);
  if (rules.length === 0 || !rules.every(([name, rule]) => ruleFor(rule, field(claims, name)) !== undefined))
    return false;
  const signs = Object.keys(REQUEST_SIGNS).filter((name) => isSign(name, field(claims, name)));
  return !mayWrite(grant.roles) || signs.length === 0 || signs.some((name) => namesRequest(grant, name, claims));
}

/** The one of the rules that the value matches. */
function ruleFor(rule: ClaimRule | readonly ClaimRule[] | undefined, value: unknown): ClaimRule | undefined {
  return [rule ?? []].flat().find((one) => {
    if (typeof one !== 'string' || typeof value !== 'string') return one === value;
    return compileSegments(one)(value);
  });
}

// Whether the grant says by this claim that it is for pull requests. A rule that matches all events
// does not: `pull_request_target` has the subject and the ref of the branch that it is for.
function namesRequest(grant: Grant, name: string, claims: JsonObject): boolean {
  return isSign(name, ruleFor(grant.claims[name], field(claims, name)));
}

const isSign = (name: string, value: unknown) => typeof value === 'string' && REQUEST_SIGNS[name]?.test(value) === true;

const REF_CLAIMS = ['ref', 'ref_path', 'oidc.circleci.com/vcs-ref', 'build_branch', 'build_tag'];

/**
 * By claim, what says that a pull or merge request started the build. Anyone may open one, and some
 * run with the ref of the branch that it is for.
 */
const REQUEST_SIGNS: Readonly<Record<string, RegExp>> = {
  event_name: /^pull_request/,
  pipeline_source: /(?:merge|pull)_request/,
  sub: /:pull_request(?:$|:)|\/refs\/(?:pull|merge-requests)\//,
  ...Object.fromEntries(REF_CLAIMS.map((name) => [name, /^refs\/(?:pull|merge-requests)\//])),
};
const PLACE_CLAIMS = [...REF_CLAIMS, 'environment'];

/** Each set of claims that names one project among all that share an issuer. */
const PROJECT_CLAIMS: readonly (readonly string[])[] = [
  ['repository'],
  ['repository_id'],
  ['project_id'],
  ['project_path'],
  ['oidc.circleci.com/project-id'],
  ['organization_slug', 'pipeline_slug'],
  ['organization_id', 'pipeline_id'],
];

/**
 * What a grant that may write lacks, in words; null if nothing. It must name one project exactly,
 * and its ref or environment, or else one subject.
 */
export function lackOf({ claims, roles, owners }: Grant): string | null {
  if (!mayWrite(roles)) return null;
  if (owners === undefined) return 'owners is missing: write a list of owners whose runs it may write, or any';
  if (isExact(claims.sub)) return null;
  if (!PROJECT_CLAIMS.some((names) => names.every((name) => isExact(claims[name]))))
    return `claims must name one project exactly: ${PROJECT_CLAIMS.map((names) => names.join(' and ')).join(', ')}, or sub`;
  if (!PLACE_CLAIMS.some((name) => Object.hasOwn(claims, name)))
    return `claims must name a ref or an environment: one of ${PLACE_CLAIMS.join(', ')}, or sub`;
  return null;
}

function isExact(rule: ClaimRule | readonly ClaimRule[] | undefined): boolean {
  const rules = [rule ?? []].flat();
  return rules.length > 0 && rules.every((one) => one !== '' && !String(one).includes('*'));
}
