// JSON as documents come: what a strict reader would refuse is noted, what would cost too much is refused before it is parsed.
import { jsonValue } from '../domain/json-value.ts';
import { type Duplicate, inspectJson, type JsonLimits } from './json-size.ts';
import { Unreadable } from './reading.ts';

export { type Duplicate, escapePointer, type JsonLimits } from './json-size.ts';

export type Parsed = { readonly value: unknown; readonly duplicates: Duplicate[]; readonly nodes: number };

/** Parses JSON text. Throws `Unreadable`: `json-malformed`, `too_deep`, `too_many_values`, `duplicate_key`. */
export function parseJson(text: string, limits: JsonLimits): Parsed {
  const { nodes, duplicates } = inspectJson(text, limits);
  try {
    return { value: jsonValue(text), duplicates, nodes };
  } catch (error) {
    throw new Unreadable('json-malformed', `It is not JSON: ${(error as Error).message}`, { format: 'json-malformed' });
  }
}
