// Which requests are refused before anything of them is read.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import { crossSiteRefusal } from './cross-site.ts';
import { hostGuard } from './host-guard.ts';
import { type KnownRoutes, namesNoRow, routeRefusal } from './known-routes.ts';
import type { PublicUrl } from './public-url.ts';

export type AdmissionSettings = {
  publicUrl: PublicUrl | null;
  /** Whether the server is bound to loopback: then only local hosts are taken in `Host`. */
  localOnly(): boolean;
  isOverloaded(): boolean;
};

/** Returns a function that gives the refusal of a request as its headers came, undefined where it may go on. */
export function admission({ publicUrl, localOnly, isOverloaded }: AdmissionSettings, known: KnownRoutes) {
  const hostRefusal = hostGuard({ localOnly, publicUrl });
  return (request: FastifyRequest, reply: FastifyReply): MaestroError | undefined => {
    const notForUs = hostRefusal(request) ?? crossSiteRefusal(request, publicUrl);
    if (notForUs !== undefined) return notForUs;
    if (request.is404 || namesNoRow(request)) return routeRefusal(request, reply, known);
    return malformed(request) ?? (isOverloaded() && !isVital(request) ? OVERLOADED : undefined);
  };
}

const OVERLOADED = new MaestroError('overloaded', 'The server is overloaded; try again');

const isVital = ({ routeOptions }: FastifyRequest) => routeOptions.config.vital === true;

function malformed({ url }: FastifyRequest): MaestroError | undefined {
  if (isPercentEncoded(url)) return undefined;
  return new MaestroError('malformed_request', 'The query string is not valid percent-encoded UTF-8');
}

function isPercentEncoded(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
