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

/** The responses of a route for its own refusal codes and for those of any route. */
export function refusals(...codes: ErrorCode[]) {
  const byStatus: Record<number, { description: string; content: { [PROBLEM_TYPE]: { schema: z.ZodType } } }> = {};
  for (const code of [...codes, ...ANYWHERE]) {
    const { status, title } = PROBLEMS[code];
    const known = byStatus[status]?.description;
    const description = `${known === undefined ? '' : `${known}, or `}${title} (\`${code}\`)`;
    byStatus[status] = { description, content: { [PROBLEM_TYPE]: { schema: Problem } } };
  }
  return byStatus;
}

/** The same for a probe, which accepts any Host. */
export function probeRefusals(...codes: ErrorCode[]) {
  const { 403: _forbidden, ...others } = refusals(...codes);
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
