// What is wrong with a trust file, in words: one fault for each bad place.
import type { z } from 'zod';

const MAX_FAULTS = 10;

/** What is wrong, as one line: the first ten faults, each led by its place. */
export function faultsInWords(issues: readonly z.core.$ZodIssue[]): string {
  const bad = issues.flatMap(faultsOf);
  return `${bad.slice(0, MAX_FAULTS).join('; ')}${bad.length > MAX_FAULTS ? '; and more' : ''}`;
}

/** The message of an issue that has none of ours; undefined leaves it to the schema. */
export function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${issue.values.map(String).join(' or ')}`;
    default:
      return undefined;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function faultsOf(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.join('.') || 'it';
  const messages =
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `has an unknown field ${JSON.stringify(key)}`)
      : [issue.message];
  return messages.map((message) => `${place} ${message}`);
}
