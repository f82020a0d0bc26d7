// The cost of YAML text, estimated before it is parsed: the parser takes some hundred bytes for
// each value and for each piece of a text.
import { Unreadable } from '../../unreadable.ts';

/** Line ends, escapes and doubled quotes, at which a text is assembled from pieces. */
const MAX_PIECES = 1_500_000;

/** A value of YAML takes more memory than one of JSON. An SBOM of 32 MiB has about 1.2 million. */
const MAX_VALUES = 1_500_000;

/**
 * Throws `Unreadable` with `too_many_values` if YAML text may have more than 1,500,000 values, or
 * assembles its texts from more than 1,500,000 pieces. The marks before values are counted (`- `,
 * `: `, `? `, commas, brackets), even within texts and comments.
 */
export function checkYamlSize(text: string): void {
  let values = 0;
  let pieces = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (MARKS.has(char)) values += 1;
    else if (ALONE.has(char)) values += isAlone(text, at) ? 1 : 0;
    else if (char === LINE_FEED || char === RETURN || char === BACKSLASH) pieces += 1;
    else if (char === QUOTE && text.charCodeAt(at + 1) === QUOTE) pieces += 1;
  }
  if (values > MAX_VALUES) throw tooMany(`It holds more than ${MAX_VALUES} values`);
  if (pieces > MAX_PIECES) throw tooMany(`It holds more than ${MAX_PIECES} lines and escapes`);
}

const codes = (chars: string) => new Set([...chars].map((char) => char.charCodeAt(0)));

const MARKS = codes(',[{');
const ALONE = codes('-:?');
const [LINE_FEED, RETURN, SPACE, BACKSLASH, QUOTE] = [0x0a, 0x0d, 0x20, 0x5c, 0x27];
const QUOTES = codes('"\'}]');

// A dash or colon within a word introduces no value; a colon right after a quote or a bracket does.
function isAlone(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return Number.isNaN(next) || next <= SPACE || QUOTES.has(text.charCodeAt(at - 1));
}

function tooMany(message: string): Unreadable {
  return new Unreadable('too_many_values', message);
}
