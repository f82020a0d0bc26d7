import { z } from 'zod';
import { CHECK_NAMES } from '../evidence/verification.ts';
import { FLAGS } from './flag.ts';

/** How many failed checks of a document are reported. */
export const MAX_CHECKS = 4;

export const FailedCheck = z
  .object({
    check: z.enum([...CHECK_NAMES, 'document', 'reader', 'trust_policy']).meta({
      description:
        'The check that failed. `document` checks that there is a document and that it contains enough to ' +
        'earn the flag; `reader`, that this version of Maestro read it; `trust_policy`, that it was verified ' +
        'under the current trust policy; `subject`, that it names the artifact. The other checks are those ' +
        'of the signature, as in the evidence of the document.',
      examples: ['subject'],
    }),
    code: z.string().meta({
      description: 'Why it failed, for programs. Codes are added, never renamed.',
      examples: ['unbound'],
    }),
    detail: z
      .string()
      .nullable()
      .meta({
        description: 'Why it failed, as text, or null.',
        examples: ['It names the content of no artifact of the run by SHA-256 or SHA-512'],
      }),
  })
  .meta({ id: 'FailedCheck', description: 'A check that a document failed.' });
export type FailedCheck = z.infer<typeof FailedCheck>;

export const Candidate = z
  .object({
    flag: z.enum(FLAGS).meta({ description: 'The flag that is missing.', examples: ['sbom_present'] }),
    document: z
      .string()
      .nullable()
      .meta({
        description: 'The artifact whose content would earn the flag; null if the run has no such document.',
        examples: ['0199a1c2-9a61-7b02-8d3e-4f5a6b7c8d9e'],
      }),
    pointer: z
      .string()
      .nullable()
      .meta({
        description: 'The statement in it, as a JSON Pointer (RFC 6901); null for the whole document.',
        examples: [''],
      }),
    failed: z.array(FailedCheck).meta({
      description: `The checks that failed: the first ${MAX_CHECKS}.`,
      examples: [[{ check: 'subject', code: 'unbound', detail: null }]],
    }),
  })
  .meta({ id: 'Candidate', description: 'A document that would earn a missing flag, and the checks that it failed.' });
export type Candidate = z.infer<typeof Candidate>;
