// Whether a file that restricts is whole. Cut off anywhere, it must be refused, or allow no more than
// the whole file does.

/**
 * Throws if a text is blank or has only comments: it could be all that is left of a file. `instead`
 * is what to write in a file that is meant to be empty.
 */
export function requireContent(source: string, instead: string): void {
  if (/^\ufeff?(?:\s|#[^\n]*(?:\n|$)|---(?=\s|$))*$/.test(source))
    throw new Error(`it is empty: it may have been cut off; ${instead}`);
}

/**
 * Throws if a text cannot be a whole file: it states a version but does not begin with that, or
 * does not end as such a file ends, in YAML with `...`. `version` is what the parsed text states.
 */
export function requireWhole(source: string, version: unknown): void {
  if (version === undefined) return;
  const text = source.replace(/^\ufeff/, '');
  if (!BEGINNING.test(text)) throw new Error('version must be the first field: what a file restricts depends on it');
  // In braces, a text that was cut off does not parse.
  if (text.trimStart().startsWith('{') || END.test(text)) return;
  throw new Error('it does not end with the line "...": it may have been cut off');
}

// Blank space, comments and the document start marker may come before it.
const BEGINNING = /^(?:\s|#[^\n]*\n|---(?=\s))*\{?\s*["']?version["']?\s*:/;
// The document end marker of YAML (1.2, section 9.1.4), with nothing but comments after it.
const END = /(?:^|\n)\.\.\.[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*$/;
