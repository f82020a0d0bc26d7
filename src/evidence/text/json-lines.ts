// JSON lines: one JSON object a line, a common form of lists of DSSE envelopes and bundles.

import { Unreadable } from '../unreadable.ts';
import { parseJson } from './json.ts';
import type { JsonLimits } from './json-size.ts';
import type { Duplicate } from './key-ledger.ts';

/**
 * Enough for a damaged file. Text with more malformed lines is not JSON lines, and each of them
 * costs an error.
 */
const MAX_BAD_LINES = 1_000;

export type Lines = { readonly values: readonly unknown[]; readonly duplicates: Duplicate[] };

/**
 * The values if the first line and another one are complete JSON objects; otherwise null, as for
 * JSON that spans lines. A malformed line is undefined. Throws `Unreadable`: `too_many_values` for
 * all lines together, `too_deep`.
 */
export function parseJsonLines(text: string, limits: JsonLimits): Lines | null {
  if (isOneLine(text)) return null;
  const values: unknown[] = [];
  const duplicates: Duplicate[] = [];
  let nodes = 0;
  let objects = 0;
  checkSize(text, limits.maxNodes);
  for (const line of linesOf(text)) {
    const parsed = parseLine(line, { ...limits, maxNodes: limits.maxNodes - nodes });
    if (parsed === null && (values.length === 0 || values.length - objects >= MAX_BAD_LINES)) return null;
    nodes += parsed?.nodes ?? 1;
    for (const { key, pointer } of parsed?.duplicates ?? [])
      duplicates.push({ key, pointer: `/${values.length}${pointer}` });
    if (parsed !== null) objects += 1;
    values.push(parsed?.value);
  }
  return objects < 2 ? null : { values, duplicates };
}

// JSON as programs write it is one line: without this it would be parsed as a line, and once more
// as a whole. What begins with white space is left to the lines, whose notion of it is wider than
// that of JSON.
function isOneLine(text: string): boolean {
  const end = text.indexOf('\n');
  return text.startsWith('{') && (end === -1 || text.slice(end).trim() === '');
}

// Each line costs the parser a microsecond: too many are refused beforehand. JSON that spans lines
// has fewer of them, or too many values.
function checkSize(text: string, maxNodes: number): void {
  let lines = 0;
  for (let at = text.indexOf('\n{'); at !== -1; at = text.indexOf('\n{', at + 2)) lines += 1;
  if (lines > maxNodes) throw new Unreadable('too_many_values', `It holds more than ${maxNodes} values`);
}

function parseLine(line: string, limits: JsonLimits) {
  if (!line.startsWith('{') || !line.endsWith('}')) return null;
  try {
    return parseJson(line, limits);
  } catch (error) {
    if (error instanceof Unreadable && error.code === 'json-malformed') return null;
    throw error;
  }
}

// The text is not split: an array of millions of lines would take too much memory.
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? text.length : end).trim();
    if (line !== '') yield line;
    if (end === -1) return;
    at = end + 1;
  }
}
