// Why a job failed: in words for the log, and what failures of one cause share.
import { MaestroError } from '../domain/errors.ts';

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
