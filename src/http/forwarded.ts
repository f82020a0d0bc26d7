// Whether a request came through something in between.
import type { IncomingMessage } from 'node:http';
import { isLocalAuthority } from './host-guard.ts';
import { authorityOf } from './request-target.ts';

/**
 * Whether a proxy or another server passed the request on, by the headers that they add (RFC 9110
 * section 7.6.3, RFC 7239), or because the host in its target or its Host is no local name. One that
 * hides this cannot be told from a local caller.
 */
export function cameThroughProxy({ raw }: { readonly raw: Pick<IncomingMessage, 'url' | 'headers'> }): boolean {
  for (const name in raw.headers)
    if (name === 'via' || name === 'forwarded' || name.startsWith('x-forwarded-')) return true;
  // A target that is a URL goes before Host (RFC 9112, section 3.2.2); neither may name another host.
  return [authorityOf(raw), raw.headers.host].some((named) => named !== undefined && !isLocalAuthority(named));
}
