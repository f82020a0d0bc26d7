// The governance flags, the levels that they rest on, and what decides whether one counts.
import { z } from 'zod';
import type { ArtifactKind, ArtifactMetadata } from '../artifact/artifact.ts';
import { Signer } from '../evidence/verification.ts';

/** What one artifact must have, all three, to let its run pass, in the order of the messages. */
export const FLAGS = [
  'sbom_present',
  'slsa_provenance_present',
  'risk_assessment_present',
] as const satisfies readonly (keyof ArtifactMetadata)[];
export type Flag = (typeof FLAGS)[number];

/** The kind of artifact that a flag is about. */
export const KIND_OF_FLAG: Record<Flag, ArtifactKind> = {
  sbom_present: 'sbom',
  slsa_provenance_present: 'slsa_provenance',
  risk_assessment_present: 'risk_assessment',
};

/** How far a flag can be relied on, the lowest level first. */
export const LEVELS = ['asserted', 'parsed', 'verified'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * How flags are judged. A flag below the level `minimum` does not count. `trust` is the digest of
 * the current trust policy; null where nothing is trusted.
 */
export type Judging = { readonly minimum: Level; readonly trust: string | null };

/** The rule of the original service: a declared flag counts, and nothing is verified. */
export const DEFAULT_JUDGING: Judging = { minimum: 'asserted', trust: null };

const BECAUSE = [
  'declared',
  'not_declared',
  'content',
  'subject',
  'about',
  'contradicted',
  'level_too_low',
  'outdated',
] as const;

export const FlagState = z
  .object({
    value: z.boolean().meta({ description: 'Whether the artifact has this flag.', examples: [true] }),
    level: z.enum(LEVELS).meta({
      description:
        '`asserted`: the flag rests on the word of the caller. `parsed`: it rests on a document that was ' +
        'read. `verified`: it rests on a document that a trusted signer signed and that names the content of ' +
        'the artifact.',
      examples: ['verified'],
    }),
    because: z.enum(BECAUSE).meta({
      description:
        '`declared`: the caller declared the flag. `not_declared`: the caller did not. `content`: the ' +
        'artifact itself is such a document. `subject`: such a document names its digest. `about`: such a ' +
        'document was attached as being about it. `contradicted`: its content is not what its kind says. ' +
        '`level_too_low`: the gate requires a higher level. `outdated`: the caller declared the flag, but an ' +
        'older version of Maestro read the content, which will be read again soon.',
      examples: ['subject'],
    }),
    document: z
      .string()
      .nullable()
      .meta({
        description:
          'The artifact whose content is the document that the flag rests on; null if it rests on no document.',
        examples: ['0199a1c2-9a61-7b02-8d3e-4f5a6b7c8d9e'],
      }),
    signer: Signer.nullable().meta({
      description: 'Who signed that document, if the level is `verified`; else null.',
      examples: [null],
    }),
  })
  .meta({ id: 'FlagState', description: 'One governance flag of an artifact, and what it rests on.' });
export type FlagState = z.infer<typeof FlagState>;

export const ArtifactFlags = z
  .object({
    sbom_present: FlagState,
    slsa_provenance_present: FlagState,
    risk_assessment_present: FlagState,
  })
  .meta({ id: 'ArtifactFlags', description: 'The governance flags of an artifact as the gate judges them.' });
export type ArtifactFlags = z.infer<typeof ArtifactFlags>;
