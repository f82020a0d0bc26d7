// Refuses writes from web pages of other sites. Threat: a page that somebody opens could write to
// the Maestro on that person's machine (CSRF).
import type { FastifyRequest } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import type { PublicUrl } from './public-url.ts';
import { authorityOf } from './request-target.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Returns the refusal of a write that a browser sent for a page of another origin, or undefined.
 * Browsers set `Origin` and `Sec-Fetch-Site`, and no page can change them; other clients send
 * neither. Another port of localhost is the same site and another origin: it is refused, too.
 */
export function crossSiteRefusal(request: FastifyRequest, publicUrl: PublicUrl | null): MaestroError | undefined {
  if (READS.has(request.method)) return undefined;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined && site === undefined) return undefined;
  if (String(site).includes('cross-site')) return refusal(origin);
  // Without an origin, nothing tells pages of the same site apart.
  if (origin === undefined) return site === 'same-site' ? refusal(origin) : undefined;
  return isOurs(origin, authorityOf(request.raw), publicUrl) ? undefined : refusal(origin);
}

const ORIGIN = /^(https?:\/\/)[^/?#@\s]+$/;

// The scheme is not compared with that of this server: a proxy in front may terminate TLS.
function isOurs(origin: string, authority: string | undefined, publicUrl: PublicUrl | null): boolean {
  if (origin === publicUrl?.origin) return true;
  const [, scheme] = ORIGIN.exec(origin) ?? [];
  if (scheme === undefined || !authority) return false;
  const own = `${scheme}${authority}`;
  return URL.canParse(origin) && URL.canParse(own) && new URL(origin).host === new URL(own).host;
}

function refusal(origin: string | undefined): MaestroError {
  const page = origin === undefined || origin === 'null' ? 'another site' : `'${origin}'`;
  const why = `A web page of ${page} sent this write, and only pages of this server may write`;
  return new MaestroError('cross_site_request', `${why}; behind a proxy, set PUBLIC_URL to the address of the page`);
}
