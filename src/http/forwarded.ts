// Whether a request came through something in between.
import type { FastifyRequest } from 'fastify';
import { isLocalAuthority } from './host-guard.ts';

/**
 * Whether a proxy or another server passed the request on, by the headers that they add (RFC 9110
 * section 7.6.3, RFC 7239), or because the Host is no local name. One that hides this cannot be told
 * from a local caller.
 */
export function cameThroughProxy({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  for (const name in headers)
    if (name === 'via' || name === 'forwarded' || name.startsWith('x-forwarded-')) return true;
  return headers.host !== undefined && !isLocalAuthority(headers.host);
}
