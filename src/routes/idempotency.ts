import type { FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { idempotencyKey, type Once } from '../domain/once.ts';

/** What `Idempotency-Key` says of a create; null without it. The path and the method are those of the route. */
export function onceOf(deps: Deps, request: FastifyRequest): Once | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = idempotencyKey(String(header));
  const [path] = request.url.split('?', 1);
  return {
    scope: `${request.method} ${path} ${key}`,
    fingerprint: request.bodyDigest,
    at: deps.now().toISOString(),
  };
}
