// Web pages of other sites: a page that somebody reads could otherwise write to the Maestro on that person's machine.
import type { FastifyRequest } from 'fastify';
import { MaestroError } from './domain/errors.ts';
import type { PublicUrl } from './public-url.ts';
import { authorityOf } from './request-target.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Refuses a write that a browser sent for a page of another site, by `Origin` and `Sec-Fetch-Site`, which no page can change. Other
 * clients send neither. A page of the same site, such as another port of localhost, is another one, too.
 */
export function crossSiteRefusal(request: FastifyRequest, publicUrl: PublicUrl | null): MaestroError | undefined {
  if (READS.has(request.method)) return undefined;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined && site === undefined) return undefined;
  if (String(site).includes('cross-site')) return refusal(origin);
  // Only the origin tells one page of a site from another.
  if (origin === undefined) return site === 'same-site' ? refusal(origin) : undefined;
  return isOurs(origin, authorityOf(request.raw), publicUrl) ? undefined : refusal(origin);
}

const ORIGIN = /^(https?:\/\/)[^/?#@\s]+$/;

// The scheme is not compared with that of this server: a proxy in front may have taken TLS off.
function isOurs(origin: string, authority: string | undefined, publicUrl: PublicUrl | null): boolean {
  if (origin === publicUrl?.origin) return true;
  const [, scheme] = ORIGIN.exec(origin) ?? [];
  if (scheme === undefined || !authority) return false;
  const own = `${scheme}${authority}`;
  return URL.canParse(origin) && URL.canParse(own) && new URL(origin).host === new URL(own).host;
}

function refusal(origin: string | undefined): MaestroError {
  const page = origin === undefined || origin === 'null' ? 'another site' : `'${origin}'`;
  const why = `A web page of ${page} sent this, and pages of others may not write`;
  return new MaestroError('cross_site_request', `${why}; the setting PUBLIC_URL says where ours are behind a proxy`);
}
