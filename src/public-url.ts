// PUBLIC_URL: where callers reach Maestro through a proxy, and under which prefix.

export type PublicUrl = {
  /** Scheme, host and port, such as `https://ci.example.com`. */
  origin: string;
  /** The host without its port, in lower case. */
  hostname: string;
  /** The path before all of ours: '' or such as `/governance`. */
  prefix: string;
  /** Origin and prefix: `https://ci.example.com/governance`. */
  base: string;
};

/** The path of ours as callers know it. */
export function publicPath(publicUrl: PublicUrl | null, path: string): string {
  return `${publicUrl?.prefix ?? ''}${path}`;
}

// It goes into headers, pages and shell commands as it is, so it has only characters that mean nothing there.
const FORM = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:\/[a-z0-9._~-]+)*\/?$/i;
const DOTS = /\/\.{1,2}(?:\/|$)/;

/** Where callers reach Maestro, or null for a text that says no such place. A slash at the end changes nothing. */
export function readPublicUrl(text: string): PublicUrl | null {
  if (!FORM.test(text) || DOTS.test(text) || !URL.canParse(text)) return null;
  const { origin, hostname, pathname } = new URL(text);
  const prefix = pathname.replace(/\/$/, '');
  return { origin, hostname: hostname.replace(/\.$/, ''), prefix, base: `${origin}${prefix}` };
}
