// The lines of a tag-value text: what says `Tag: value`, where values within <text> go on over lines.

export type Line = {
  /** Counted from 1. */
  readonly number: number;
  /** Null where the line is no `Tag: value`; `value` is then the line. */
  readonly tag: string | null;
  readonly value: string;
  /** A <text> that never ends: its value is all the rest. */
  readonly unterminated: boolean;
};

/**
 * Which form of SPDX 2 a text is. Tag-value spells the tag of the version with a capital, YAML without, at the top of its tree: the first of
 * them decides.
 */
export function textForm(document: string): 'spdx-tv' | 'spdx-yaml' | null {
  // A log or a page that quotes a document is none: its first line that says anything is no tag.
  const first = /^\s*(?:#[^\n]*\n\s*)*([^\n]*)/.exec(document)?.[1] ?? '';
  if (!/^(?:---|["']?[A-Za-z]{2,40}["']?[ \t]*:|[{%])/.test(first)) return null;
  const found = /^(?:[ \t]*(SPDXVersion)[ \t]*:|["']?spdxVersion["']?[ \t]*:[ \t]*["']?SPDX-)/m.exec(document);
  if (found !== null) return found[1] === undefined ? 'spdx-yaml' : 'spdx-tv';
  // Without a version, a document still has one name for itself.
  return /^[ \t]*SPDXID[ \t]*:[ \t]*SPDXRef-DOCUMENT[ \t]*\r?$/m.test(document) ? 'spdx-tv' : null;
}

const [OPEN, CLOSE] = ['<text>', '</text>'];

/** All lines but empty ones and comments, in one pass. */
export function* linesOf(document: string): Generator<Line> {
  let number = 1;
  let at = 0;
  while (at < document.length) {
    const end = endOfLine(document, at);
    const line = document.slice(at, end).trim();
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trimStart();
    if (line === '' || line.startsWith('#')) {
      // Nothing is said here.
    } else if (!isTag(line, colon)) {
      yield { number, tag: null, value: line, unterminated: false };
    } else if (value.startsWith(OPEN)) {
      const start = document.indexOf(OPEN, at) + OPEN.length;
      const close = document.indexOf(CLOSE, start);
      const stop = close === -1 ? document.length : close;
      const whole = document.slice(start, stop);
      yield { number, tag: line.slice(0, colon), value: whole.trim(), unterminated: close === -1 };
      number += newlines(whole) + 1;
      at = endOfLine(document, stop) + 1;
      continue;
    } else yield { number, tag: line.slice(0, colon), value, unterminated: false };
    number += 1;
    at = end + 1;
  }
}

function endOfLine(document: string, from: number): number {
  const end = document.indexOf('\n', from);
  return end === -1 ? document.length : end;
}

// Tags are words of letters; what else has a colon in it is no tag.
function isTag(line: string, colon: number): boolean {
  return colon > 0 && colon <= 40 && /^[A-Za-z]+$/.test(line.slice(0, colon));
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
