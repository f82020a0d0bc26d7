// JSON as it comes: duplicate keys are reported, and text that would cost too much is refused
// before it is parsed.
import { jsonFault } from '../../json/fault.ts';
import { jsonValue } from '../../json/value.ts';
import { Unreadable } from '../unreadable.ts';
import { inspectJson, type JsonLimits } from './json-size.ts';
import type { Duplicate } from './key-ledger.ts';

export type Parsed = { readonly value: unknown; readonly duplicates: Duplicate[]; readonly nodes: number };

/**
 * Parses JSON text. Throws `Unreadable`: `json-malformed`, `too_deep`, `too_many_values`,
 * `duplicate_key`.
 */
export function parseJson(text: string, limits: JsonLimits): Parsed {
  const { nodes, duplicates } = inspectJson(text, limits);
  try {
    return { value: jsonValue(text), duplicates, nodes };
  } catch {
    throw new Unreadable('json-malformed', `It is not JSON: ${jsonFault(text)}`, { format: 'json-malformed' });
  }
}
