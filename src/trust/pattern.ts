// Texts that are trusted: exactly one, or those of a URL with `*` in some segments. There is no way to write "anyone".

/** Whether a text is one of those that a pattern means. */
export type Pattern = (text: string) => boolean;

/**
 * What a pattern means: the text itself, or, where it has a `*`, the URLs whose segments fit one by one. A `*` stands for one or more
 * letters, digits and `._~+-` of one segment, never for `/` or `@`. Scheme, host and the first segment after it, the owner of everything below,
 * are always exact, and a segment has one at most. Throws an error that says what is wrong with it.
 */
export function compilePattern(pattern: string): Pattern {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const [scheme, empty, host, owner, ...rest] = pattern.split('/');
  if (scheme === undefined || !/^[a-z][a-z0-9+.-]*:$/.test(scheme) || empty !== '' || !host || !owner)
    throw new Error(
      'may have * in a URL only, such as https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main',
    );
  if ([host, owner].some((part) => part.includes('*')))
    throw new Error('may not have * in its host or the first segment after it: that would be nearly anyone');
  requireOneEach(rest);
  return compiled(pattern);
}

/** The same for branches and tags: `refs/heads/main`, `refs/tags/v*`. */
export function compileRef(pattern: string): Pattern {
  if (!/^refs\/(?:heads|tags)\/[^/]/.test(pattern)) throw new Error('must begin with refs/heads/ or refs/tags/');
  requireOneEach(pattern.split('/'));
  return pattern.includes('*') ? compiled(pattern) : (text) => text === pattern;
}

// With more of them a text could be tried in so many ways that it takes minutes.
function requireOneEach(segments: readonly string[]): void {
  if (segments.some((one) => one.split('*').length > 2)) throw new Error('may not have more than one * in a segment');
}

function compiled(pattern: string): Pattern {
  const source = pattern.split('*').map(literal).join('[A-Za-z0-9._~+-]+');
  const expression = new RegExp(`^${source}$`, 'u');
  const isStep = (segment: string) => segment === '.' || segment === '..';
  return (text) => text.length <= MAX_TEXT && expression.test(text) && !text.split('/').some(isStep);
}

/** A longer identity than this is nobody's. */
const MAX_TEXT = 1_024;

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
