// Every format that is read. The first that recognises a document reads it.
import type { Format, Shape } from './reading.ts';

export const FORMATS: readonly Format<Shape>[] = [];

/** Keeps the shape of a reader to itself, so that readers of all shapes fit one list. */
export function format<S extends Shape>(one: Format<S>): Format<S> {
  return one;
}
