// Fields that the facts of several kinds share. Every number counts within the document alone.
import { z } from 'zod';

export const count = (what: string, example = 12) => z.int().meta({ description: what, examples: [example] });

export const words = (what: string, example: string) =>
  z
    .string()
    .nullable()
    .meta({ description: what, examples: [example] });

export const counts = (what: string, example: Record<string, number>) =>
  z.record(z.string(), z.int()).meta({ description: what, examples: [example] });

export const suppressed = (what: string) =>
  z
    .int()
    .optional()
    .meta({ description: `${what} Left out if there are none.`, examples: [2] });

/** Digests in the spelling of the document. */
export const STATED_DIGESTS = z.record(z.string(), z.string()).meta({
  description: 'Its digests as the document states them, by algorithm: `sha256`, `sha512`, `gitCommit` and so on.',
  examples: [{ sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }],
});

/** Why a document that was read earns no flag. */
export const Disqualified = z
  .enum(['unknown_version', 'nothing_named', 'failed', 'result_unreadable'])
  .optional()
  .meta({
    description:
      'Why the document earns no flag although it was read. `unknown_version`: the version of its format ' +
      'is not known. `nothing_named`: no component has a name, or no statement names a vulnerability. ' +
      '`failed`: the tool that made it reports that it failed. `result_unreadable`: its result cannot be ' +
      'read. Left out if none applies. Values are added, never renamed.',
    examples: ['unknown_version'],
  });
export type Disqualified = NonNullable<z.infer<typeof Disqualified>>;
