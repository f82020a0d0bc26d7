/** Why an ID token is not accepted. */
type IdTokenReason =
  | 'malformed'
  | 'encrypted'
  | 'too_large'
  | 'ambiguous_claims'
  | 'algorithm_not_allowed'
  | 'embedded_key'
  | 'unknown_crit'
  | 'issuer_missing'
  | 'issuer_unknown'
  | 'audience_missing'
  | 'audience_other'
  | 'audience_several'
  | 'subject_invalid'
  | 'expiry_missing'
  | 'expired'
  | 'issued_at_missing'
  | 'issued_in_future'
  | 'too_old'
  | 'not_yet_valid'
  | 'time_invalid'
  | 'key_unknown'
  | 'signature_invalid';

/** Why a caller is refused, before the request is looked at. */
export type CallerCode =
  | 'credentials_missing'
  | 'credentials_malformed'
  | 'token_mistyped'
  | 'token_unknown'
  | 'token_expired'
  | 'token_revoked'
  | `id_token_${IdTokenReason}`
  | 'permission_missing'
  | 'no_grant'
  | 'authentication_not_chosen'
  | 'too_many_sign_ins'
  | 'issuer_unavailable';

/** Every reason why Maestro refuses a request. Codes are API: they are added, never renamed. */
export type ErrorCode =
  | CallerCode
  | 'malformed_request'
  | 'malformed_json'
  | 'cross_site_request'
  | 'host_not_allowed'
  | 'role_not_granted'
  | 'owner_not_granted'
  | 'run_not_found'
  | 'artifact_not_found'
  | 'disclosure_pack_not_found'
  | 'content_not_found'
  | 'token_not_found'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'invalid_status_transition'
  | 'run_finished'
  | 'run_full'
  | 'release_blocked'
  | 'content_conflict'
  | 'token_inactive'
  | 'idempotency_key_in_use'
  | 'precondition_failed'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'range_not_satisfiable'
  | 'expectation_failed'
  | 'validation_failed'
  | 'idempotency_key_reused'
  | 'digest_mismatch'
  | 'precondition_required'
  | 'headers_too_large'
  | 'internal_error'
  | 'content_lost'
  | 'overloaded'
  | 'handler_timeout'
  | 'not_ready'
  | 'store_unavailable'
  | 'content_store_unavailable'
  | 'content_store_not_configured'
  | 'content_store_full';

/** One invalid place in a request. `pointer` is a JSON Pointer (RFC 6901) into the part `in`. */
export type FieldError = {
  in: 'body' | 'query' | 'path' | 'header';
  pointer: string;
  detail: string;
};

/**
 * A refusal. Domain and stores throw it, and the caller gets a problem (RFC 9457) with its
 * `message`. `cause` is only logged.
 */
export class MaestroError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];

  constructor(code: ErrorCode, message: string, errors: readonly FieldError[] = [], cause?: unknown) {
    super(message, { cause });
    this.name = 'MaestroError';
    this.code = code;
    this.errors = errors;
  }
}

/**
 * A `validation_failed` refusal. Its message names the first invalid place and counts the others.
 */
export function invalid(errors: readonly FieldError[]): MaestroError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const message =
    first === undefined
      ? 'The request is invalid'
      : `${first.in}${first.pointer && ` ${first.pointer}`}: ${first.detail}${more}`;
  return new MaestroError('validation_failed', message, errors);
}
