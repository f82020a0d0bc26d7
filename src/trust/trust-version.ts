// Version 2 of the trust file states every restriction and has an end marker, so that a file that
// was cut off is refused. Files without a version are read as before version 2, with a warning for
// each restriction that they do not state.
import type { z } from 'zod';

type Signer = { name: string; vouches_for?: unknown };

/** The fields of a trust file that have restrictions, as they were given. */
export type Given = {
  version?: 2 | undefined;
  key_threshold?: number | undefined;
  keys: readonly (Signer & { valid_until?: unknown })[];
  identities: readonly Signer[];
  sources: readonly { repository: string; refs?: unknown }[];
};

type Missing = { path: (string | number)[]; of: string; field: keyof typeof WORDS };

const WORDS = {
  vouches_for: {
    write: 'a list of sbom, provenance and risk_assessment, or any',
    means: 'it vouches for all that its predicate types are made for',
  },
  valid_until: { write: 'a timestamp, or never', means: 'it never expires' },
  refs: { write: 'a list of refs, or any', means: 'every branch and tag of it is trusted' },
  key_threshold: { write: 'how many keys must have signed, such as 1', means: 'one key is enough' },
} as const;

function* missingIn({ key_threshold, keys, identities, sources }: Given): Generator<Missing> {
  if (keys.length > 0 && key_threshold === undefined) yield { path: [], of: 'it', field: 'key_threshold' };
  for (const [index, { name, vouches_for, valid_until }] of keys.entries()) {
    const at = { path: ['keys', index], of: name };
    if (vouches_for === undefined) yield { ...at, field: 'vouches_for' };
    if (valid_until === undefined) yield { ...at, field: 'valid_until' };
  }
  for (const [index, { name, vouches_for }] of identities.entries())
    if (vouches_for === undefined) yield { path: ['identities', index], of: name, field: 'vouches_for' };
  for (const [index, { repository, refs }] of sources.entries())
    if (refs === undefined) yield { path: ['sources', index], of: repository, field: 'refs' };
}

/** Adds an issue for each restriction that a file of version 2 does not state. */
export function requireStated(file: Given, context: z.RefinementCtx): void {
  if (file.version === undefined) return;
  for (const { path, field } of missingIn(file))
    context.addIssue({
      code: 'custom',
      path: [...path, field],
      message: `is missing: version 2 requires it; write ${WORDS[field].write}`,
    });
}

const MAX_WARNINGS = 100;

/**
 * The restrictions that a file without a version does not state, one line for each; none for
 * version 2.
 */
export function warningsOf(file: Given): string[] {
  if (file.version !== undefined) return [];
  const missing = [...missingIn(file)].map(({ path, of, field }) => {
    const place = [...path, field].join('.');
    return `${place} is not stated${of === 'it' ? '' : ` (${of})`}, so ${WORDS[field].means}; write ${WORDS[field].write}`;
  });
  const total = file.keys.length + file.identities.length + file.sources.length;
  if (total === 0) return [];
  const more = missing.length - MAX_WARNINGS;
  return [
    'the trust file has no version: begin it with "version: 2" and end it with "...", so that a file that was cut off is refused',
    ...missing.slice(0, MAX_WARNINGS),
    ...(more > 0 ? [`${more} more restrictions are not stated`] : []),
  ];
}
