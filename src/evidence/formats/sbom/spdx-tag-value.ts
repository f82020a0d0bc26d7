// SPDX 2 as tag-value text, converted to the JSON form.
import { type JsonObject, objectOf } from '../../../json/fields.ts';
import type { Format, Note } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { parseSpdx2, SPDX2_FIELDS, versionOf } from './spdx.ts';
import { LINE_ENDS_LOST, type Line, linesOf, lostLineEnds, textForm } from './tag-value.ts';
import { READINGS } from './tag-value-readings.ts';
import { LISTS, type Part, TAGS, type Tag } from './tag-value-tags.ts';

export const spdxTagValue: Format<'text'> = {
  shape: 'text',
  name: 'spdx-tv',
  kind: 'sbom',
  fields: SPDX2_FIELDS,
  recognises: ({ text }) => textForm(text) === 'spdx-tv',
  read({ text }, note) {
    refuseLostLineEnds(text);
    const { document, lineOf } = assemble(text, note);
    const where = (node: unknown) => `line ${lineOf.get(node) ?? 1}`;
    return parseSpdx2(document, { format: 'spdx-tv', strict: true, where, note });
  },
};

function refuseLostLineEnds(text: string): void {
  if (!lostLineEnds(text)) return;
  throw new Unreadable('line_ends_lost', LINE_ENDS_LOST, { kind: 'sbom', format: 'spdx-tv' });
}

/**
 * Each of these may begin a package or a file, which takes some hundred bytes of memory. An SBOM of
 * 32 MiB has fewer.
 */
const MAX_LINES = 1_500_000;

function tooManyLines(): Unreadable {
  const message = `It has more than ${MAX_LINES} lines that say something`;
  return new Unreadable('too_many_values', message, { kind: 'sbom', format: 'spdx-tv' });
}

type Node = { [field: string]: unknown };

type Assembly = {
  readonly document: Node;
  readonly lineOf: Map<unknown, number>;
  readonly note: Note;
  /** The current part of each kind. */
  readonly open: Map<Part, Node>;
  /** Files that follow a package: in tag-value they belong to it. */
  readonly packaged: [owner: Node, file: Node][];
  current: Part;
};

function assemble(text: string, note: Note): { document: JsonObject; lineOf: ReadonlyMap<unknown, number> } {
  const document: Node = {};
  const state: Assembly = {
    document,
    lineOf: new Map(),
    note,
    open: new Map([['document', document]]),
    packaged: [],
    current: 'document',
  };
  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines > MAX_LINES) throw tooManyLines();
    if (line.unterminated) fault(state, line, 'unterminated_text', 'A <text> does not end');
    if (line.tag === 'SPDXID') identify(state, line);
    else if (line.tag === null) fault(state, line, 'schema', `It is no "Tag: value": ${line.value.slice(0, 80)}`);
    else {
      const tag = TAGS.get(line.tag);
      if (tag === undefined) fault(state, line, 'schema', `There is no tag ${line.tag}`);
      else say(state, line, tag);
    }
  }
  for (const [owner, { SPDXID }] of state.packaged) {
    if (typeof SPDXID === 'string') append(state, owner, 'hasFiles', SPDXID);
  }
  return { document, lineOf: state.lineOf };
}

function fault({ note }: Assembly, { number }: Line, code: string, message: string): void {
  note({ code, severity: 'error', message, pointer: `line ${number}` });
}

const IDENTIFIED: ReadonlySet<Part> = new Set(['document', 'package', 'file']);

// An identifier belongs to the package or file before it; ahead of the first of them, to the
// document.
function identify(state: Assembly, line: Line): void {
  const part = IDENTIFIED.has(state.current) ? state.current : null;
  const node = part === null ? undefined : state.open.get(part);
  if (node === undefined) fault(state, line, 'out_of_place', 'SPDXID stands where no element is being described');
  else put(state, node, 'SPDXID', line, line.value);
}

function say(state: Assembly, line: Line, tag: Tag): void {
  if (tag.begins) begin(state, line, tag.part);
  else if (tag.part !== state.current && tag.part !== 'document') {
    // Tags of the document may be anywhere: they are unambiguous.
    fault(state, line, 'out_of_place', `${line.tag} stands outside of the ${tag.part} that it belongs to`);
  }
  const node = state.open.get(tag.part);
  if (node === undefined || tag.reading === 'none') return;
  const value = READINGS[tag.reading](line.value);
  if (value === undefined) {
    fault(state, line, 'schema', `${line.tag} cannot be "${line.value.slice(0, 80)}"`);
    return;
  }
  if (objectOf(value) !== null) state.lineOf.set(value, line.number);
  if (tag.reading === 'relationship') Object.assign(node, value);
  else if (tag.many) append(state, node, tag.field, value);
  else put(state, node, tag.field, line, value);
}

function begin(state: Assembly, line: Line, part: Part): void {
  const node: Node = {};
  state.lineOf.set(node, line.number);
  state.open.set(part, node);
  state.current = part;
  if (part === 'document') return;
  append(state, state.document, LISTS[part], node);
  const owner = part === 'file' ? state.open.get('package') : undefined;
  if (owner !== undefined) state.packaged.push([owner, node]);
}

function append({ document }: Assembly, node: Node, field: string, value: unknown): void {
  const [owner, name] = ownerOf(document, node, field);
  const list = owner[name];
  if (Array.isArray(list)) list.push(value);
  else owner[name] = [value];
}

function put(state: Assembly, node: Node, field: string, line: Line, value: unknown): void {
  const [owner, name] = ownerOf(state.document, node, field);
  if (Object.hasOwn(owner, name)) {
    // The same rule as for duplicate keys in JSON: a reader that takes the other value reads
    // another document.
    if (SPDX2_FIELDS.includes(name)) throw twice(state, line);
    fault(state, line, 'duplicate_tag', `${line.tag} is said twice; the first counts`);
  } else owner[name] = value;
}

function twice({ document }: Assembly, { tag, number }: Line): Unreadable {
  return new Unreadable(
    'duplicate_key',
    `${tag} is said twice of one element, on line ${number}, and what it says is used`,
    {
      kind: 'sbom',
      format: 'spdx-tv',
      version: versionOf(document),
    },
  );
}

function ownerOf(document: Node, node: Node, field: string): [Node, string] {
  const dot = field.indexOf('.');
  if (dot === -1) return [node, field];
  const group = field.slice(0, dot);
  const owner = objectOf(document[group]) ?? {};
  document[group] = owner;
  return [owner as Node, field.slice(dot + 1)];
}
