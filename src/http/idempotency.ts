import type { FastifyRequest } from 'fastify';
import { type IdempotencyKey, idempotencyKey } from '../domain/idempotency.ts';
import { canonicalPath } from './canonical-path.ts';

export type Once = {
  now(): Date;
  /** What the scopes of the caller's keys begin with, so that no other caller has the same. */
  keyScope(request: FastifyRequest): string;
};

/**
 * The `Idempotency-Key` of a create and its scope: the caller, the method and the route with its
 * parameters. Null without a key.
 */
export function onceOf(deps: Once, request: FastifyRequest): IdempotencyKey | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = idempotencyKey(String(header));
  return {
    scope: `${deps.keyScope(request)}${request.method} ${canonicalPath(request)} ${key}`,
    fingerprint: request.bodyDigest,
    at: deps.now().toISOString(),
  };
}
