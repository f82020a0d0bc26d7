// Where a text stops being JSON (RFC 8259), in words that do not depend on the engine. Only called
// for a text that `JSON.parse` refused.
import { endOfScalar, endOfSpace } from './value.ts';

type State = { readonly text: string; at: number; readonly open: ('{' | '[')[] };
type Step = 'value' | 'first value' | 'key' | 'first key' | 'after' | 'done';
type Fault = { readonly fault: string };

/**
 * What is wrong with a text that is not JSON, with line and column, both from 1; null where it is
 * JSON.
 */
export function jsonFault(text: string): string | null {
  const state: State = { text, at: 0, open: [] };
  let step: Step = 'value';
  // An explicit stack: recursion would overflow at some thousand levels.
  while (step !== 'done') {
    state.at = endOfSpace(text, state.at);
    const next: Step | Fault = STEPS[step](state);
    if (typeof next !== 'string') return `${next.fault} at ${placeOf(text, state.at)}`;
    step = next;
  }
  return null;
}

const STEPS: Record<Exclude<Step, 'done'>, (state: State) => Step | Fault> = {
  value: (state) => value(state, 'a value'),
  'first value': (state) => (closes(state, ']') ? 'after' : value(state, 'a value or ]')),
  key: (state) => key(state, 'a key in double quotes'),
  'first key': (state) => (closes(state, '}') ? 'after' : key(state, 'a key in double quotes or }')),
  after,
};

function value(state: State, expected: string): Step | Fault {
  const char = state.text[state.at];
  if (char === '"') return string(state) ?? 'after';
  if (char === '{' || char === '[') {
    if (state.open.length === MAX_DEPTH) return { fault: `more than ${MAX_DEPTH} levels` };
    state.open.push(char);
    state.at += 1;
    return char === '{' ? 'first key' : 'first value';
  }
  const end = char === undefined || ',]}'.includes(char) ? state.at : endOfScalar(state.text, state.at);
  if (!SCALAR.test(state.text.slice(state.at, end))) return found(state, expected);
  state.at = end;
  return 'after';
}

const MAX_DEPTH = 10_000;

const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function key(state: State, expected: string): Step | Fault {
  if (state.text[state.at] !== '"') return found(state, expected);
  const fault = string(state);
  if (fault !== null) return fault;
  state.at = endOfSpace(state.text, state.at);
  if (state.text[state.at] !== ':') return found(state, 'a colon after the key');
  state.at += 1;
  return 'value';
}

function after(state: State): Step | Fault {
  const top = state.open.at(-1);
  if (top === undefined) return state.at === state.text.length ? 'done' : found(state, 'the end of the text');
  const closer = top === '{' ? '}' : ']';
  if (closes(state, closer)) return 'after';
  if (state.text[state.at] !== ',') return found(state, `a comma or ${closer}`);
  state.at += 1;
  return top === '{' ? 'key' : 'value';
}

function closes(state: State, closer: '}' | ']'): boolean {
  if (state.text[state.at] !== closer) return false;
  state.open.pop();
  state.at += 1;
  return true;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings.
const SPECIAL = /["\\\u0000-\u001f]/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

// Leaves `state.at` after the string, or at its fault.
function string(state: State): Fault | null {
  const start = state.at;
  SPECIAL.lastIndex = start + 1;
  for (let hit = SPECIAL.exec(state.text); hit !== null; hit = SPECIAL.exec(state.text)) {
    state.at = hit.index;
    if (hit[0] === '"') {
      state.at += 1;
      return null;
    }
    if (hit[0] !== '\\') return { fault: `found ${shown(hit[0])}, which a string must escape,` };
    ESCAPE.lastIndex = hit.index;
    if (!ESCAPE.test(state.text))
      return { fault: `found ${shown(state.text.slice(hit.index, hit.index + 2))}, which is not a JSON escape,` };
    SPECIAL.lastIndex = ESCAPE.lastIndex;
  }
  state.at = start;
  return { fault: 'found a string that is not closed' };
}

function found({ text, at }: State, expected: string): Fault {
  if (at === text.length) return { fault: `expected ${expected} but found the end of the text` };
  const end = Math.max(endOfScalar(text, at), at + 1);
  return { fault: `expected ${expected} but found ${shown(text.slice(at, Math.min(end, at + MAX_SHOWN + 1)))}` };
}

const MAX_SHOWN = 20;

// Invisible characters are shown as escapes.
function shown(token: string): string {
  const cut = token.length > MAX_SHOWN ? `${token.slice(0, MAX_SHOWN)}…` : token;
  const codeOf = (char: string) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  return `\`${cut.toWellFormed().replaceAll(/[\p{C}\p{Z}]/gu, codeOf)}\``;
}

// Counts instead of splitting: a text of many megabytes is not copied.
function placeOf(text: string, at: number): string {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  let column = 1;
  for (let index = start; index < at; index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1) column += 1;
  return `line ${line}, column ${column}`;
}
