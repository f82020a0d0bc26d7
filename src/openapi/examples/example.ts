// The shape of an example.
import type { ErrorCode, FieldError } from '../../domain/errors.ts';
import { problem } from '../../http/problem.ts';
import { REQUEST_ID } from './story.ts';

/** Headers of an answer that matter to callers, in lower case. */
type Headers = Readonly<Record<string, string>>;

export type Refusal = {
  readonly headers?: Headers;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** The members of the problem beyond RFC 9457. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/** A recorded answer. No body if it had none; a body that is a text is not JSON. */
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
