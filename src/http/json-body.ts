// The strict reader of JSON bodies. JSON.parse decides the grammar; what it accepts and Maestro
// does not (duplicate and prototype keys, depth, number of values, numbers and strings that would
// not survive) is found by one pass over the text, which is then known to be valid JSON.
import { isUtf8 } from 'node:buffer';
import { isStorable } from '../domain/bounds.ts';
import { type FieldError, invalid, MaestroError } from '../domain/errors.ts';
import { jsonFault } from '../json/fault.ts';
import { escapePointer } from '../json/pointer.ts';
import { endOfScalar, endOfString, jsonValue, stringOf } from '../json/value.ts';

const MAX_DEPTH = 64;
const MAX_NODES = 100_000;

/**
 * The value of a JSON body. Throws `malformed_json` (not JSON, not UTF-8, a byte-order mark, a
 * duplicate or prototype key, over 64 levels, over 100,000 values) or `validation_failed`, which
 * names each number that a double cannot hold exactly and each string with NUL or a lone surrogate.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw malformed('The body is empty; it must be a JSON object');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw malformed('The body begins with a byte-order mark');
  if (!isUtf8(bytes)) throw malformed('The body is not valid UTF-8');
  const text = bytes.toString('utf8');
  const value = parse(text);
  const errors = inspect(text);
  if (errors.length > 0) throw invalid(errors);
  return value;
}

function parse(text: string): unknown {
  try {
    return jsonValue(text);
  } catch {
    throw malformed(`The body is not valid JSON: ${jsonFault(text)}`);
  }
}

// One open object or array: the position in it and, for an object, the keys seen so far.
type Frame = { keys: Set<string> | null; key: string; index: number; keyNext: boolean };

function inspect(text: string): FieldError[] {
  const errors: FieldError[] = [];
  const frames: Frame[] = [];
  let nodes = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    const frame = frames.at(-1);
    let end = at + 1;
    if (char === QUOTE) {
      end = endOfString(text, at);
      if (frame?.keyNext) {
        enterKey(text.slice(at, end), frames, frame, errors);
      } else {
        nodes += 1;
        checkString(text.slice(at, end), frames, errors);
      }
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      nodes += 1;
      frames.push(char === OPEN_OBJECT ? openObject() : openArray());
      if (frames.length > MAX_DEPTH) throw malformed(`The body is more than ${MAX_DEPTH} levels deep`);
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      frames.pop();
    } else if (char === COMMA && frame !== undefined) {
      if (frame.keys === null) frame.index += 1;
      else frame.keyNext = true;
    } else if (char === MINUS || isDigit(char)) {
      nodes += 1;
      end = endOfScalar(text, at);
      if (!isExact(text.slice(at, end)))
        note(errors, frames, 'is a number that would not come back as it was sent; send it as a string');
    } else if (isLetter(char)) {
      nodes += 1;
      end = endOfScalar(text, at);
    }
    if (nodes > MAX_NODES) throw malformed(`The body holds more than ${MAX_NODES} values`);
    at = end;
  }
  return errors;
}

const [QUOTE, COMMA, MINUS] = [0x22, 0x2c, 0x2d];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const isDigit = (char: number) => char >= 0x30 && char <= 0x39;
const isLetter = (char: number) => char >= 0x61 && char <= 0x7a;
const openObject = (): Frame => ({ keys: new Set(), key: '', index: 0, keyNext: true });
const openArray = (): Frame => ({ keys: null, key: '', index: 0, keyNext: false });

function enterKey(literal: string, frames: readonly Frame[], frame: Frame, errors: FieldError[]): void {
  const key = stringOf(literal);
  if (frame.keys?.has(key)) throw malformed(`The body has the key ${literal} twice in one object`);
  // Code that merges such an object would write to a shared prototype.
  const poisonous = key === '__proto__' || (key === 'prototype' && frames.at(-2)?.key === 'constructor');
  if (poisonous) throw malformed(`The body has the key ${literal}, which is not allowed`);
  frame.keys?.add(key);
  frame.key = key;
  frame.keyNext = false;
  if (!isStorable(key)) note(errors, frames, 'is a key with NUL or a lone surrogate');
}

// The raw bytes are valid UTF-8 without control characters here: only an escape can hold what
// cannot be stored.
function checkString(literal: string, frames: readonly Frame[], errors: FieldError[]): void {
  if (literal.includes('\\u') && !isStorable(stringOf(literal))) {
    note(errors, frames, 'must not contain NUL or lone surrogates');
  }
}

/** Whether the double that a JSON number becomes is written back as the same number. */
function isExact(literal: string): boolean {
  // Any decimal of up to 15 significant digits survives the way to a double and back (IEEE 754).
  if (literal.length <= 15 && !/e/i.test(literal)) return true;
  const value = Number(literal);
  return Number.isFinite(value) && decimalOf(literal) === decimalOf(String(value));
}

// Digits without leading and trailing zeros, and their power of ten: equal for equal numbers.
function decimalOf(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.slice(0, endOfDigits(digits));
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

// A regular expression for trailing zeros would take quadratic time over zeros inside.
function endOfDigits(digits: string): number {
  let end = digits.length;
  while (end > 0 && digits.charAt(end - 1) === '0') end -= 1;
  return end;
}

const MAX_ERRORS = 100;
const MAX_POINTER = 1_024;

// Bounded in number and length: otherwise bad numbers under a long key would make an answer many
// times the size of the body.
function note(errors: FieldError[], frames: readonly Frame[], detail: string): void {
  if (errors.length === MAX_ERRORS) return;
  let pointer = '';
  for (const { keys, key, index } of frames)
    pointer += `/${keys === null ? index : escapePointer(key.slice(0, MAX_POINTER))}`;
  errors.push({ in: 'body', pointer: pointer.slice(0, MAX_POINTER).toWellFormed(), detail });
}

function malformed(message: string): MaestroError {
  return new MaestroError('malformed_json', message.toWellFormed());
}
