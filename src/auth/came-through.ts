// Requests that did not come straight from this machine. Where nobody chose whether callers must be
// known, whoever is behind a proxy must not be taken for somebody at this machine.
import type { IncomingMessage } from 'node:http';
import { MaestroError } from '../domain/errors.ts';
import { isLocalAuthority } from '../http/host-guard.ts';
import { authorityOf } from '../http/request-target.ts';

const NOT_CHOSEN = new MaestroError(
  'authentication_not_chosen',
  'The request came through a proxy, and AUTH is not set. Start Maestro with AUTH=required to accept callers with a ' +
    'credential, or with AUTH=none to accept everybody',
);

/** Returns why a request is refused that came through something, or undefined. */
export function cameThrough(): (request: Pick<IncomingMessage, 'url' | 'headers'>) => MaestroError | undefined {
  // Nearly all requests send the same Host: the last local one is not parsed again.
  let local: string | undefined;
  return (request) => {
    for (const name in request.headers) if (isOfProxy(name)) return NOT_CHOSEN;
    const authority = authorityOf(request);
    const { host = authority } = request.headers;
    if (authority === undefined || (authority === local && host === local)) return undefined;
    // A target that is a URL goes before Host (RFC 9112, section 3.2.2). Neither may name another.
    if (!isLocalAuthority(authority) || !isLocalAuthority(host ?? '')) return NOT_CHOSEN;
    local = authority;
    return undefined;
  };
}

function isOfProxy(name: string): boolean {
  return name === 'via' || name === 'forwarded' || name === 'x-real-ip' || name.startsWith('x-forwarded-');
}
