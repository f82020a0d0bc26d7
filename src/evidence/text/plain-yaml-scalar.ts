// The scalars of YAML that tools write most: words, quoted texts and whole numbers.

/** Thrown where a text is left to js-yaml. */
export const NOT_PLAIN = new Error('not plain');

/** The value of a scalar, without the spaces and line ends around it. Throws `NOT_PLAIN`. */
export function scalarOf(written: string): unknown {
  if (written.startsWith("'")) return singleQuoted(written);
  return written.startsWith('"') ? doubleQuoted(written) : plainScalar(written);
}

// No pattern over a whole text: it would take a stack as long as the text.
function singleQuoted(written: string): string {
  const inner = written.slice(1, -1);
  const isClosed = written.length > 1 && written.endsWith("'");
  if (!inner.includes("'") && isClosed) return inner;
  if (!isClosed || inner.replaceAll("''", '').includes("'")) throw NOT_PLAIN;
  return inner.replaceAll("''", "'");
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/', ' ': ' ' },
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

function doubleQuoted(written: string): string {
  if (written.length < 2 || !written.endsWith('"')) throw NOT_PLAIN;
  const inner = written.slice(1, -1);
  if (!/["\\]/.test(inner)) return inner;
  return inner.replace(/"|\\(.?)/g, (_, escaped?: string) => {
    const char = ESCAPES[escaped ?? ''];
    if (char === undefined) throw NOT_PLAIN;
    return char;
  });
}

const WORD = /^(?:true|false|null)$/i;
const NUMBER = /^(?:0o[0-7]+|0x[\dA-Fa-f]+|\d+(?:\.\d*)?(?:[Ee][-+]?\d+)?)$/;

// Longer ones are rarely written, and patterns might overflow the stack.
const MAX_NUMBER = 1_000;

/** Whether it may be more than a text: true, false or null. */
export const isWord = (written: string) => written.length < 6 && WORD.test(written);

// A colon or a number sign that is no part of it begins something else.
function plainScalar(written: string): unknown {
  if (!/^(?:[\w/(<$]|\.\/)/.test(written) || /:(?: |$)| #/.test(written)) {
    if (written === '[]') return [];
    if (written === '{}') return {};
    throw NOT_PLAIN;
  }
  if (isWord(written)) return wordOf(written);
  if (!/^\d/.test(written)) return written;
  if (written.length > MAX_NUMBER) throw NOT_PLAIN;
  if (!NUMBER.test(written)) return written;
  if (!/^(?:0|[1-9]\d{0,14})$/.test(written)) throw NOT_PLAIN;
  return Number(written);
}

function wordOf(written: string): boolean | null {
  if (written === 'true') return true;
  if (written === 'false') return false;
  if (written === 'null') return null;
  throw NOT_PLAIN;
}
