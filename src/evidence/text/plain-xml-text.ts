// The characters of XML: names, white space, entities.

const COLON = 0x3a;
const [FIRST, LATER] = [1, 2];
const KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const char = String.fromCharCode(code);
  return /[A-Za-z_]/.test(char) ? FIRST : /[\d.-]/.test(char) ? LATER : 0;
});

/**
 * The end of a name of ASCII with at most one colon, which is neither first nor last; `start` if
 * there is none.
 */
export function endOfName(text: string, start: number): number {
  let at = start;
  let colon = start;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < 0x80 ? KINDS[code] : 0;
    if (kind === FIRST || (kind === LATER && at > start)) continue;
    if (code !== COLON) break;
    if (colon !== start || at === start) return start;
    colon = at;
  }
  return colon !== start && colon === at - 1 ? start : at;
}

/** The position of the first character from `start` on that is no space, tab or line feed. */
export function skipSpaces(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); code === SPACE || code === LINE_FEED || code === TAB; ) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}

const [TAB, LINE_FEED, RETURN, SPACE, AMPERSAND, SLASH, LESS] = [0x09, 0x0a, 0x0d, 0x20, 0x26, 0x2f, 0x3c];

/** How many tags, comments and entities begin in a part of a text. Closing tags do not count. */
export function marksIn(text: string, start: number, end: number): number {
  let marks = 0;
  for (let at = start; at < end; at += 1) {
    const char = text.charCodeAt(at);
    if (char === AMPERSAND || (char === LESS && text.charCodeAt(at + 1) !== SLASH)) marks += 1;
  }
  return marks;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\dA-Fa-f]{1,6}));|&/g;

/** The text with its entities replaced; null if one is not a predefined one or a character of XML. */
export function unescaped(raw: string): string | null {
  let known = true;
  const text = raw.replace(ENTITY, (_, name?: string, digits?: string, hex?: string) => {
    if (name !== undefined) return ENTITIES[name] as string;
    const code = digits === undefined ? Number.parseInt(hex ?? '', 16) : Number(digits);
    if (isChar(code)) return String.fromCodePoint(code);
    known = false;
    return '';
  });
  return known ? text : null;
}

// https://www.w3.org/TR/xml/#NT-Char
function isChar(code: number): boolean {
  if (code < 0xd800) return code >= SPACE || code === TAB || code === LINE_FEED || code === RETURN;
  return (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
