// Why a job failed: in words for the log and for callers, and what failures of one cause share.
import { type ErrorCode, MaestroError } from '../domain/errors.ts';

/**
 * The code of an error. Failures of the content store or the database share one; undefined for all
 * others.
 */
export function causeOf(error: unknown): string | undefined {
  return error instanceof MaestroError ? error.code : undefined;
}

/** Why something failed, in words. */
export function reasonOf(error: unknown): string {
  // A dependency may throw anything. If this function threw, that would be an unhandled rejection.
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

const OF_THE_WHOLE_SERVICE = new Set<ErrorCode>([
  'store_unavailable',
  'content_store_unavailable',
  'content_store_full',
  'overloaded',
  'not_ready',
]);

/**
 * Why something failed, in words for callers. Other errors may name a path, a host, or a row of
 * another tenant.
 */
export function detailOf(error: unknown): string {
  return error instanceof MaestroError && OF_THE_WHOLE_SERVICE.has(error.code)
    ? error.message
    : 'Something went wrong; the server log has the details';
}
