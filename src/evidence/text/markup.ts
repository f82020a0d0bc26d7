// What precedes the first element of a text that begins with `<`: enough to distinguish XML from
// HTML and Markdown without parsing it.

export type Opening = {
  /** Whether it begins with an XML declaration. */
  readonly declared: boolean;
  /** The name in its document type, in lower case. */
  readonly doctype: string | null;
  /** The name of its first element, as written, if there is one. */
  readonly root: string | null;
};

/**
 * Skips white space, comments, processing instructions and the name of a document type, in linear
 * time.
 */
export function openingOf(text: string): Opening {
  let doctype: string | null = null;
  let at = 0;
  for (;;) {
    at = nextMark(text, at);
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : null;
    const type =
      close === null ? /^<!doctype\s+([^\s>[]{1,100})[^>[]{0,1000}(\[?)/i.exec(text.slice(at, at + 1_200)) : null;
    const end = text.indexOf(close ?? '>', at);
    if ((close === null && type === null) || end === -1) break;
    // The declarations in a document type may be hostile, whatever its name is.
    if (type !== null) doctype = type[2] === '[' ? 'unknown' : (type[1] ?? '').toLowerCase();
    if (type?.[2] === '[') break;
    at = end + (close ?? '>').length;
  }
  const root = /^<([A-Za-z_][\w.-]{0,100}(?::[\w.-]{1,100})?)(?=[\s/>])/.exec(text.slice(at, at + 300))?.[1] ?? null;
  return { declared: /^\s*<\?xml\s/.test(text.slice(0, 1_000)), doctype, root };
}

function nextMark(text: string, from: number): number {
  const mark = /\S/g;
  mark.lastIndex = from;
  return mark.exec(text)?.index ?? text.length;
}

// What Markdown and pages without a document type begin with.
const HTML = new Set(
  (
    'html head body title meta link script style p a b i u s em strong br hr img picture h1 h2 h3 h4 h5 h6 div span center ' +
    'table tr td th ul ol li dl details summary pre code kbd sub sup blockquote video iframe section ' +
    'article header footer nav main'
  ).split(' '),
);

/** Whether HTML has an element of that name. */
export function isHtml(name: string | null): boolean {
  return name !== null && HTML.has(name.toLowerCase());
}
