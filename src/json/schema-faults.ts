// What is wrong with a file, in words: one fault for each bad place.
import type { z } from 'zod';
import { fieldsAt } from './known-fields.ts';
import { unknownName } from './spelling.ts';

const MAX_FAULTS = 10;

/**
 * The faults as one line: the first ten, each led by its place, and misspelt fields before all
 * others.
 */
export function faultsInWords(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): string {
  const isUnknown = ({ code }: z.core.$ZodIssue) => code === 'unrecognized_keys';
  const sorted = [...issues.filter(isUnknown), ...issues.filter((issue) => !isUnknown(issue))];
  const bad = sorted.flatMap((issue) => faultsOf(issue, schema));
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

function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodType): string[] {
  const place = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [`${place || 'it'} ${issue.message}`];
  const known = fieldsAt(schema, issue.path);
  return issue.keys
    .slice(0, MAX_FAULTS + 1)
    .map((key) => `${place}${place && ': '}${unknownName('field', key, known)}`);
}
