// Patterns of text: in each segment between slashes, one `*` at most. No pattern means "anyone".

/** Whether a text matches a pattern. */
export type Pattern = (text: string) => boolean;

/**
 * Compiles a pattern whose segments match those of a text one by one. A `*` stands for one or more
 * letters, digits and `._~+-` of one segment, never for `/`, `:` or `@`. Without a `*`, only the
 * same text matches. Throws an error that says what is wrong with the pattern.
 */
export function compileSegments(pattern: string): Pattern {
  // With two in a segment, matching could try so many ways that it takes minutes.
  if (pattern.split('/').some((one) => one.split('*').length > 2))
    throw new Error('may not have more than one * in a segment');
  if (!pattern.includes('*')) return (text) => text === pattern;
  const source = pattern.split('*').map(literal).join('[A-Za-z0-9._~+-]+');
  const expression = new RegExp(`^${source}$`, 'u');
  const isStep = (segment: string) => segment === '.' || segment === '..';
  return (text) => text.length <= MAX_TEXT && expression.test(text) && !text.split('/').some(isStep);
}

/** The longest text that matches a pattern with a `*`: no identity is longer. */
export const MAX_TEXT = 1_024;

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
