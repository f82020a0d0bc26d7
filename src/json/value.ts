// JSON.parse without a defect of V8 in Node 23 and later (nodejs/node#63785). Among the keys that
// followed the same keys in earlier objects, V8 looks up a key with an escape by its raw text, cut
// to the length of the key: after {"h":1,"\\":1} the text {"h":1,"\n":1} gets the key of the
// former. Where two keys become one, a value is lost. Keys without an escape are safe, and so are
// values.

/** The value of a JSON text. Throws the SyntaxError of `JSON.parse`. */
export function jsonValue(text: string): unknown {
  const value = JSON.parse(text);
  return hasEscapedKey(text) ? assembled(text) : value;
}

// Outside strings valid JSON has no backslash, so each one found is the first of its string.
function hasEscapedKey(text: string): boolean {
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at)) {
    at = endOfString(text, at - 1);
    if (text.charCodeAt(endOfSpace(text, at)) === COLON) return true;
  }
  return false;
}

type Container = unknown[] | Record<string, unknown>;

// The text is known to be valid. Only single literals are parsed, and there is no recursion that
// deep nesting could exhaust.
function assembled(text: string): unknown {
  const top: unknown[] = [];
  const open: Container[] = [top];
  let key = '';
  for (let at = endOfSpace(text, 0); at < text.length; at = endOfSpace(text, at)) {
    const char = text.charCodeAt(at);
    const into = open[open.length - 1] as Container;
    const start = at;
    at += 1;
    if (char === QUOTE) {
      at = endOfString(text, start);
      const string = stringOf(text.slice(start, at));
      const next = endOfSpace(text, at);
      if (text.charCodeAt(next) === COLON) {
        key = string;
        at = next + 1;
      } else put(into, key, string);
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      const made = char === OPEN_OBJECT ? {} : [];
      put(into, key, made);
      open.push(made);
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      open.pop();
    } else if (char !== COMMA) {
      at = endOfScalar(text, start);
      put(into, key, JSON.parse(text.slice(start, at)));
    }
  }
  return top[0];
}

function put(into: Container, key: string, value: unknown): void {
  if (Array.isArray(into)) into.push(value);
  // An assignment would set the prototype.
  else if (key === '__proto__')
    Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true });
  else into[key] = value;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The text of a string literal, which includes its quotes. */
export function stringOf(literal: string): string {
  return literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1);
}

/** The index after the string literal that begins at `start`. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let char = text.charCodeAt(at); char !== QUOTE; char = text.charCodeAt(at)) at += char === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** The index after the number or word that begins at `start`. */
export function endOfScalar(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !',]} \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

/** The index after the white space that begins at `start`. */
export function endOfSpace(text: string, start: number): number {
  let at = start;
  for (let char = text.charCodeAt(at); isSpace(char); char = text.charCodeAt(at)) at += 1;
  return at;
}

const isSpace = (char: number) => char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
