// What a request asks for (RFC 9112, section 3.2): its target as a path and a query string, and the host that it names.
import type { IncomingMessage } from 'node:http';

/** A request as it came; `originalUrl` is the target before it was rewritten. */
type Raw = Pick<IncomingMessage, 'url' | 'headers'> & { originalUrl?: string };

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/**
 * Makes the target of any request a path of ours: without scheme and host, without a fragment, which clients should not have sent, and
 * without `prefix`, where a proxy has not taken it off.
 */
export function targetRewriter(prefix: string): (raw: Raw) => string {
  return ({ url = '/' }) => {
    let target = url;
    if (!target.startsWith('/')) {
      const [start] = ABSOLUTE.exec(target) ?? [];
      // What is neither a path nor a URL, such as `*`, is nothing of ours.
      if (start === undefined) return target;
      target = target.slice(start.length);
      if (!target.startsWith('/')) target = `/${target}`;
    }
    const fragment = target.indexOf('#');
    if (fragment >= 0) target = target.slice(0, fragment);
    return prefix !== '' && target.startsWith(prefix) ? withoutPrefix(target, target.slice(prefix.length)) : target;
  };
}

// The beginnings of our paths.
const OURS = /^\/(?:maestro|docs|openapi\.json|health|ready|version)(?:[/?]|$)/;
const ROOT = /^\/?(?:\?|$)/;

// A path that is ours as it stands comes from a proxy that takes the prefix off: with `/docs` for a prefix, `/docs` is the documentation
// and `/docs/docs` is it, too.
function withoutPrefix(target: string, rest: string): string {
  if (OURS.test(rest)) return rest;
  if (!ROOT.test(rest) || OURS.test(target)) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** The host and port that a request names: those of its target, where that is a URL, else those of `Host`. */
export function authorityOf({ url = '/', originalUrl = url, headers }: Raw): string | undefined {
  const [, authority] = originalUrl.startsWith('/') ? [] : (ABSOLUTE.exec(originalUrl) ?? []);
  return authority ?? headers.host;
}
