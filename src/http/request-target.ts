// The target of a request (RFC 9112, section 3.2): its path with the query string, and its host.
import type { IncomingMessage } from 'node:http';

/** A request as it came; `originalUrl` is the target before it was rewritten. */
type Raw = Pick<IncomingMessage, 'url' | 'headers'> & { originalUrl?: string };

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/**
 * Reduces a request target to path and query string: removes scheme and host, a fragment, which no
 * client should send, and `prefix`, where a proxy has left it on.
 */
export function targetRewriter(prefix: string): (raw: Raw) => string {
  return ({ url = '/' }) => {
    let target = url;
    if (!target.startsWith('/')) {
      const [start] = ABSOLUTE.exec(target) ?? [];
      // Neither a path nor a URL, such as `*`. The router would take its first character as the
      // slash.
      if (start === undefined) return `/${target}`;
      target = target.slice(start.length);
      if (!target.startsWith('/')) target = `/${target}`;
    }
    const fragment = target.indexOf('#');
    if (fragment >= 0) target = target.slice(0, fragment);
    return prefix !== '' && target.startsWith(prefix) ? withoutPrefix(target, target.slice(prefix.length)) : target;
  };
}

// What the paths of all routes begin with.
const OURS = /^\/(?:maestro|docs|openapi\.json|health|ready|version)(?:[/?]|$)/;
const ROOT = /^\/?(?:\?|$)/;

// A path that is a route as it stands comes from a proxy that removes the prefix. With the prefix
// `/docs`, both `/docs` and `/docs/docs` are the documentation.
function withoutPrefix(target: string, rest: string): string {
  if (OURS.test(rest)) return rest;
  if (!ROOT.test(rest) || OURS.test(target)) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** The host and port that a request names: those of its target if that is a URL, else `Host`. */
export function authorityOf({ url = '/', originalUrl = url, headers }: Raw): string | undefined {
  const [, authority] = originalUrl.startsWith('/') ? [] : (ABSOLUTE.exec(originalUrl) ?? []);
  return authority ?? headers.host;
}
