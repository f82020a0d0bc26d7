// The response schemas of routes. Every status that a route can answer has one.
import type { z } from 'zod';
import type { ErrorCode } from '../domain/errors.ts';
import { PROBLEM_TYPE, PROBLEMS, Problem } from './problem.ts';

/** The response of a route under one status. */
export function answers<Status extends number, Schema extends z.ZodType>(
  status: Status,
  description: string,
  schema: Schema,
  mediaType = 'application/json',
) {
  const response = { description, content: { [mediaType]: { schema } } };
  return { [status]: response } as Record<Status, typeof response>;
}

type Refusals = Record<number, { description: string; content: { [PROBLEM_TYPE]: { schema: z.ZodType } } }>;

/** The refusals of a route that needs a permission: by its own codes, and by those of any such route. */
export function refusals(...codes: ErrorCode[]): Refusals {
  return knownRefusals(...codes, 'permission_missing');
}

/** The same for a route whose callers must be known, and need no permission. */
export function knownRefusals(...codes: ErrorCode[]): Refusals {
  const { 401: unknown, ...others } = openRefusals(...codes, ...OF_CALLERS);
  if (unknown === undefined) return others;
  return { ...others, 401: { ...unknown, description: `${unknown.description}, ${OR_AN_ID_TOKEN}` } };
}

/** The same for a route that anyone may call. */
export function openRefusals(...codes: ErrorCode[]): Refusals {
  const byStatus: Refusals = {};
  for (const code of [...codes, ...ANYWHERE]) {
    const { status, title } = PROBLEMS[code];
    const known = byStatus[status]?.description;
    const description = `${known === undefined ? '' : `${known}, or `}${title} (\`${code}\`)`;
    byStatus[status] = { description, content: { [PROBLEM_TYPE]: { schema: Problem } } };
  }
  return byStatus;
}

/** The same for a probe, which also accepts any Host. */
export function probeRefusals(...codes: ErrorCode[]): Refusals {
  const { 403: _forbidden, ...others } = openRefusals(...codes);
  return others;
}

/** Further refusals of a route that takes a body. */
export const BODY_REFUSALS = [
  'cross_site_request',
  'malformed_json',
  'request_timeout',
  'not_ready',
  'body_too_large',
  'unsupported_media_type',
] as const satisfies ErrorCode[];

/** Further refusals of a route that creates. */
export const CREATE_REFUSALS = [
  ...BODY_REFUSALS,
  'idempotency_key_in_use',
  'idempotency_key_reused',
] as const satisfies ErrorCode[];

const ANYWHERE = [
  'host_not_allowed',
  'malformed_request',
  'validation_failed',
  'internal_error',
  'overloaded',
  'handler_timeout',
  'store_unavailable',
] as const satisfies ErrorCode[];

/** Refusals of credentials, of any route that needs a known caller. */
const OF_CALLERS = [
  'credentials_missing',
  'credentials_malformed',
  'token_mistyped',
  'token_unknown',
  'token_expired',
  'token_revoked',
  'no_grant',
  'authentication_not_chosen',
  'too_many_sign_ins',
  'issuer_unavailable',
] as const satisfies ErrorCode[];

// More than twenty: the page has them in a table.
const OR_AN_ID_TOKEN = 'or one of the `id_token_...` codes of an ID token (see docs/callers.md)';
