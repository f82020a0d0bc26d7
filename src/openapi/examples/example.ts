// What an example of an answer is.
import type { ErrorCode, FieldError } from '../../domain/errors.ts';
import { problem } from '../../http/problem.ts';
import { REQUEST_ID } from './story.ts';

/** Headers of an answer that tell something of it, in lower case. */
type Headers = Readonly<Record<string, string>>;

export type Refusal = {
  readonly headers?: Headers;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** What the problem says beyond RFC 9457. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/** An answer as a server gave it. Without a body where it has none; a text is not JSON. */
export type Answer = { readonly headers?: Headers; readonly body?: unknown };

export type Example = Answer | Refusal;

/** By operation and status. */
export type Examples = Readonly<Record<string, Readonly<Record<number, Example>>>>;

const isRefusal = (example: Example): example is Refusal => 'code' in example;

/** The body of an example as it is sent; undefined for none. */
export function bodyOf(example: Example): unknown {
  if (!isRefusal(example)) return example.body;
  const { code, detail, errors = [], more = {} } = example;
  return { ...problem(code, detail, REQUEST_ID, errors), ...more };
}
