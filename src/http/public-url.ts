// PUBLIC_URL: the address at which callers reach Maestro through a proxy, with its prefix.

export type PublicUrl = {
  /** Scheme, host and port, such as `https://ci.example.com`. */
  origin: string;
  /** The host without its port, in lower case. */
  hostname: string;
  /** The path in front of all routes: '' or such as `/governance`. */
  prefix: string;
  /** Origin and prefix: `https://ci.example.com/governance`. */
  base: string;
};

/** The path of a route as callers must request it. */
export function publicPath(publicUrl: PublicUrl | null, path: string): string {
  return `${publicUrl?.prefix ?? ''}${path}`;
}

// The URL is put into headers, pages and shell commands, so it may only have characters without a
// meaning in any of them.
const FORM = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:\/[a-z0-9._~-]+)*\/?$/i;
const DOTS = /\/\.{1,2}(?:\/|$)/;

/** Parses PUBLIC_URL; null if it is not valid. A trailing slash makes no difference. */
export function readPublicUrl(text: string): PublicUrl | null {
  if (!FORM.test(text) || DOTS.test(text) || !URL.canParse(text)) return null;
  const { origin, hostname, pathname } = new URL(text);
  const prefix = pathname.replace(/\/$/, '');
  return { origin, hostname: hostname.replace(/\.$/, ''), prefix, base: `${origin}${prefix}` };
}
