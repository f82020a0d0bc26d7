// Checks the Host of requests. Threat: DNS rebinding. A web page whose host name is made to resolve
// to loopback could read everything from a Maestro that is bound to loopback. The browser sends the
// name of the page as Host, which gives it away.
import type { AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import type { PublicUrl } from './public-url.ts';
import { authorityOf } from './request-target.ts';

export type HostRules = {
  /** Whether the server is bound to loopback. */
  localOnly(): boolean;
  publicUrl: PublicUrl | null;
};

/**
 * Returns why a request is refused by its Host, or undefined. Probes (`anyHost`) may send any Host,
 * or none.
 */
export function hostGuard({ localOnly, publicUrl }: HostRules): (request: FastifyRequest) => MaestroError | undefined {
  // Nearly all requests send the same Host: the last allowed one is not parsed again.
  let allowed: string | undefined;
  return ({ raw, routeOptions }) => {
    if (hasTwoHosts(raw.rawHeaders)) return TWO_HOSTS;
    if (routeOptions.config.anyHost === true) return undefined;
    // HTTP/1.0 has no Host, and no browser speaks it.
    if (raw.headers.host === undefined) return raw.httpVersion === '1.1' ? NO_HOST : undefined;
    const authority = authorityOf(raw) ?? '';
    if (authority === allowed) return undefined;
    const hostname = hostnameOf(authority);
    if (hostname === null) return BAD_HOST;
    if (localOnly() && !isLocal(hostname) && hostname !== publicUrl?.hostname) return notAllowed(hostname);
    allowed = authority;
    return undefined;
  };
}

const TWO_HOSTS = new MaestroError('malformed_request', 'There are several Host headers');
const NO_HOST = new MaestroError('malformed_request', 'The Host header is missing');
const BAD_HOST = new MaestroError('malformed_request', 'The Host is not a host and a port');

function notAllowed(hostname: string): MaestroError {
  const why = `This server is bound to loopback: it answers to localhost, 127.0.0.1 and [::1], not to '${hostname}'`;
  return new MaestroError('host_not_allowed', `${why}; PUBLIC_URL adds one more host`);
}

// Node keeps the first Host and drops the others, while a proxy in front may have routed by the
// last.
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

const AUTHORITY = /^[!$-.0-9:;=A-Z[\]_a-z~]+$/;

/**
 * The host of `host:port` as browsers write it, in lower case and without a trailing dot; null if
 * it is not valid.
 */
function hostnameOf(authority: string): string | null {
  if (authority === '') return '';
  if (!AUTHORITY.test(authority) || !URL.canParse(`http://${authority}`)) return null;
  return new URL(`http://${authority}`).hostname.replace(/\.$/, '');
}

const LOCAL = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

// Browsers resolve every name under localhost to loopback themselves (RFC 6761).
function isLocal(hostname: string): boolean {
  return LOCAL.test(hostname);
}

/** Whether the host of `host:port` is a name or an address of this machine. */
export function isLocalAuthority(authority: string): boolean {
  const hostname = hostnameOf(authority);
  return hostname !== null && isLocal(hostname);
}

const LOOPBACK = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;

/** Whether a server that is bound to this address can be reached only from its own machine. */
export function isLoopback(address: AddressInfo | string | null): boolean {
  return typeof address === 'object' && address !== null && LOOPBACK.test(address.address);
}
