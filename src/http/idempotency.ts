import type { FastifyRequest } from 'fastify';
import { type IdempotencyKey, idempotencyKey } from '../domain/idempotency.ts';
import { canonicalPath } from './canonical-path.ts';

/**
 * The `Idempotency-Key` of a create and its scope: the method and the route with its parameters.
 * Null without a key.
 */
export function onceOf(deps: { now(): Date }, request: FastifyRequest): IdempotencyKey | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = idempotencyKey(String(header));
  return {
    scope: `${request.method} ${canonicalPath(request)} ${key}`,
    fingerprint: request.bodyDigest,
    at: deps.now().toISOString(),
  };
}
