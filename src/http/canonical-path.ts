// The canonical form of a path. The router accepts many spellings for one route: percent-encoded
// letters, upper or lower case hexadecimal digits, a full URL as target (RFC 9112, section 3.2.2),
// a fragment.
import type { FastifyRequest } from 'fastify';

/** The path of the route that took the request, with its decoded parameters encoded afresh. */
export function canonicalPath({ routeOptions, params }: Pick<FastifyRequest, 'routeOptions' | 'params'>): string {
  const values = params as Readonly<Record<string, string>>;
  return (routeOptions.url ?? '').replaceAll(/:(\w+)|\*/g, (_, name: string | undefined) =>
    encodeURIComponent(values[name ?? '*'] ?? ''),
  );
}
