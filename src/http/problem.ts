// Problem bodies (RFC 9457): the table from error code to HTTP status, and the conversion of any
// error into a problem.
import { z } from 'zod';
import { type ErrorCode, type FieldError, MaestroError } from '../domain/errors.ts';
import { CALLER_PROBLEMS } from './caller-problems.ts';
import { withoutTokens } from './without-tokens.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Seconds that a caller should wait after a 503. */
export const RETRY_AFTER = '2';

export const PROBLEMS: Readonly<Record<ErrorCode, { status: number; title: string }>> = {
  malformed_request: { status: 400, title: 'Malformed request' },
  malformed_json: { status: 400, title: 'Malformed JSON' },
  ...CALLER_PROBLEMS,
  cross_site_request: { status: 403, title: 'Cross-site request' },
  host_not_allowed: { status: 403, title: 'Host not allowed' },
  role_not_granted: { status: 403, title: 'Role not granted' },
  owner_not_granted: { status: 403, title: 'Owner not granted' },
  run_not_found: { status: 404, title: 'Run not found' },
  artifact_not_found: { status: 404, title: 'Artifact not found' },
  disclosure_pack_not_found: { status: 404, title: 'Disclosure pack not found' },
  content_not_found: { status: 404, title: 'Content not found' },
  token_not_found: { status: 404, title: 'Token not found' },
  route_not_found: { status: 404, title: 'Route not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'Request timeout' },
  invalid_status_transition: { status: 409, title: 'Invalid status transition' },
  run_finished: { status: 409, title: 'Run finished' },
  run_full: { status: 409, title: 'Run full' },
  release_blocked: { status: 409, title: 'Release blocked' },
  content_conflict: { status: 409, title: 'Content conflict' },
  token_inactive: { status: 409, title: 'Token inactive' },
  idempotency_key_in_use: { status: 409, title: 'Idempotency key in use' },
  precondition_failed: { status: 412, title: 'Precondition failed' },
  body_too_large: { status: 413, title: 'Body too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  range_not_satisfiable: { status: 416, title: 'Range not satisfiable' },
  expectation_failed: { status: 417, title: 'Expectation failed' },
  validation_failed: { status: 422, title: 'Validation failed' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  digest_mismatch: { status: 422, title: 'Digest mismatch' },
  precondition_required: { status: 428, title: 'Precondition required' },
  headers_too_large: { status: 431, title: 'Headers too large' },
  internal_error: { status: 500, title: 'Internal error' },
  content_lost: { status: 500, title: 'Content lost' },
  overloaded: { status: 503, title: 'Overloaded' },
  handler_timeout: { status: 503, title: 'Handler timeout' },
  not_ready: { status: 503, title: 'Not ready' },
  store_unavailable: { status: 503, title: 'Store unavailable' },
  content_store_unavailable: { status: 503, title: 'Content store unavailable' },
  content_store_not_configured: { status: 503, title: 'Content store not configured' },
  content_store_full: { status: 507, title: 'Content store full' },
};

export const Problem = z
  .object({
    type: z.string().meta({
      description: 'The kind of problem, as `urn:maestro:problem:<code>`. Match on this field.',
      examples: ['urn:maestro:problem:run_not_found'],
    }),
    title: z.string().meta({ description: 'The kind of problem in words.', examples: ['Run not found'] }),
    status: z.int().meta({ description: 'The HTTP status.', examples: [404] }),
    detail: z
      .string()
      .meta({ description: 'What is wrong with this request, in words.', examples: ["Run '42' not found"] }),
    instance: z.string().meta({
      description: 'The id of the request, also in `x-request-id` and in the log.',
      examples: ['0199a1c2-a1b2-7c3d-8e4f-5a6b7c8d9e0f'],
    }),
    errors: z
      .array(
        z.object({
          in: z
            .enum(['body', 'query', 'path', 'header'])
            .meta({ description: 'The part of the request.', examples: ['body'] }),
          pointer: z.string().meta({ description: 'JSON Pointer (RFC 6901) to the place.', examples: ['/name'] }),
          detail: z.string().meta({ description: 'What is wrong with it.', examples: ['is required'] }),
        }),
      )
      .optional()
      .meta({
        description: 'The errors in the request, at most the first 100.',
        examples: [[{ in: 'body', pointer: '/name', detail: 'is required' }]],
      }),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused or failed: a problem of RFC 9457.' });
export type Problem = z.infer<typeof Problem>;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(PROBLEMS, code);

/** The problem body of a code. */
export function problem(
  code: ErrorCode,
  detail: string,
  instance: string,
  errors: readonly FieldError[] = [],
): Problem {
  const { status, title } = PROBLEMS[code];
  const body = { type: `urn:maestro:problem:${code}`, title, status, detail: withoutTokens(detail), instance };
  return errors.length === 0 ? body : { ...body, errors: errors.slice(0, MAX_ERRORS) };
}

/**
 * The refusal for anything thrown. An unforeseen error becomes an `internal_error` that tells the
 * caller nothing. `bodyLimit` is the body limit of the route, in bytes.
 */
export function refusalOf(error: unknown, bodyLimit?: number): MaestroError {
  if (error instanceof MaestroError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && bodyLimit !== undefined) {
    return new MaestroError('body_too_large', `The body is larger than the limit of ${bodyLimit} bytes`);
  }
  return (
    FRAMEWORK_REFUSALS.get(code) ??
    new MaestroError('internal_error', 'Something went wrong; the server log has the details')
  );
}

const MAX_ERRORS = 100;

/** For callers of curl, which sends a form by default. */
export const SEND_JSON = 'The body must be JSON in UTF-8, sent with the header content-type: application/json';

const UNSUPPORTED = new MaestroError('unsupported_media_type', SEND_JSON, [
  { in: 'header', pointer: '/content-type', detail: 'must be application/json, optionally with charset=utf-8' },
]);

// The codes of Fastify, its plugins and Node's HTTP parser that are caused by the caller or by
// load.
const FRAMEWORK_REFUSALS = new Map<string, MaestroError>([
  ['FST_ERR_BAD_URL', new MaestroError('malformed_request', 'The path is not valid percent-encoded UTF-8')],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', UNSUPPORTED],
  [
    'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
    new MaestroError('malformed_request', 'The length of the body differs from Content-Length'),
  ],
  ['FST_ERR_CTP_BODY_TOO_LARGE', new MaestroError('body_too_large', 'The body is larger than this server accepts')],
  ['ERR_HTTP_REQUEST_TIMEOUT', new MaestroError('request_timeout', 'The request took too long to arrive')],
  [
    'HPE_HEADER_OVERFLOW',
    new MaestroError('headers_too_large', 'The header section is larger than this server accepts'),
  ],
]);
