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
    const kind = char < KINDS.length ? KINDS[char] : 0;
    if (kind === 0) continue;
    if (kind === MARK) values += 1;
    else if (kind === ALONE) values += isAlone(text, at) ? 1 : 0;
    else if (kind === PIECE || text.charCodeAt(at + 1) === QUOTE) pieces += 1;
  }
  if (values > MAX_VALUES) throw tooMany(`It holds more than ${MAX_VALUES} values`);
  if (pieces > MAX_PIECES) throw tooMany(`It holds more than ${MAX_PIECES} lines and escapes`);
}

const [SPACE, QUOTE] = [0x20, 0x27];
const QUOTES = new Set([...'"\'}]'].map((char) => char.charCodeAt(0)));

// A table is looked up four times as fast as a set.
const [MARK, ALONE, PIECE, DOUBLED] = [1, 2, 3, 4];
const KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (',[{'.includes(char)) return MARK;
  if ('-:?'.includes(char)) return ALONE;
  if ('\n\r\\'.includes(char)) return PIECE;
  return char === "'" ? DOUBLED : 0;
});

// A dash or colon within a word introduces no value; a colon right after a quote or a bracket does.
function isAlone(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return Number.isNaN(next) || next <= SPACE || QUOTES.has(text.charCodeAt(at - 1));
}

function tooMany(message: string): Unreadable {
  return new Unreadable('too_many_values', message);
}
