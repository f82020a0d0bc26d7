// The headers that a refusal carries beside its problem body.
import type { ErrorCode } from '../domain/errors.ts';
import { PROBLEMS, RETRY_AFTER } from './problem.ts';

/** Seconds for which wrong credentials count. */
const FORGOTTEN_AFTER = '60';

// RFC 6750, section 3: a challenge has a parameter at least.
const CHALLENGE = 'Bearer realm="maestro"';

/** By lower-case name (RFC 9110, sections 10.2.3 and 11.6.1). */
export function refusalHeaders(code: ErrorCode): Readonly<Record<string, string>> {
  switch (PROBLEMS[code].status) {
    case 401:
      return { 'www-authenticate': challengeOf(code) };
    case 429:
      return { 'retry-after': FORGOTTEN_AFTER };
    case 503:
      return { 'retry-after': RETRY_AFTER };
    default:
      return {};
  }
}

function challengeOf(code: ErrorCode): string {
  if (code === 'credentials_missing') return CHALLENGE;
  return `${CHALLENGE}, error="${code === 'credentials_malformed' ? 'invalid_request' : 'invalid_token'}"`;
}
