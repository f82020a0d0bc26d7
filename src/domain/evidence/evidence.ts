// What is known of the content of an artifact, as its row holds it.
import { z } from 'zod';
import { utcTimestamp } from '../bounds.ts';
import { EvidenceKind, Subject, Tool } from './evidence-facts.ts';
import { READER } from './reader.ts';

/** How many subjects the row of an artifact holds. */
export const MAX_SUBJECTS_SHOWN = 10;

export const EvidenceState = z.enum(['pending', 'read', 'unreadable', 'opaque']).meta({
  id: 'EvidenceState',
  description:
    '`pending`: it is waiting to be read. `read`: it was understood. `unreadable`: it could not be read, ' +
    'and a finding says why. `opaque`: it is in none of the formats that are read.',
  examples: ['read'],
});
export type EvidenceState = z.infer<typeof EvidenceState>;

const EXAMPLE = {
  state: 'read',
  kind: 'sbom',
  format: 'cyclonedx-json',
  version: '1.6',
  level: 'parsed',
  tool: { name: 'npm', version: '11.6.0' },
  subjects: [{ name: 'payment-api', digests: {} }],
  findings_total: 0,
  read_at: '2026-01-31T10:06:01.000Z',
  reader: READER,
} as const;

export const SUMMARY = {
  state: EvidenceState,
  kind: EvidenceKind.nullable().meta({
    description: 'What its content is, whatever the artifact is called; null while it is pending.',
    examples: ['sbom'],
  }),
  format: z
    .string()
    .nullable()
    .meta({
      description: 'The format of its content; null if Maestro has no name for it.',
      examples: ['cyclonedx-json'],
    }),
  version: z
    .string()
    .nullable()
    .meta({
      description: 'The version of the format as the document states it, or null.',
      examples: ['1.6'],
    }),
  level: z
    .enum(['parsed'])
    .nullable()
    .meta({
      description:
        '`parsed` if it was understood, else null. Whether it is verified is computed at each call: see its evidence.',
      examples: ['parsed'],
    }),
  tool: Tool.nullable().meta({
    description: 'The tool that made it, as the document states; null if it states none.',
    examples: [{ name: 'npm', version: '11.6.0' }],
  }),
  findings_total: z.int().meta({ description: 'How many findings there are.', examples: [0] }),
  read_at: utcTimestamp()
    .nullable()
    .meta({ description: 'When it was read; null while it is pending.', examples: ['2026-01-31T10:06:01.000Z'] }),
  reader: z
    .string()
    .nullable()
    .meta({ description: 'Which readers read it; null while it is pending.', examples: [READER] }),
};

export const Evidence = z
  .object({
    ...SUMMARY,
    subjects: z.array(Subject).meta({
      description: `What it is about, as the document states: the first ${MAX_SUBJECTS_SHOWN}.`,
      examples: [EXAMPLE.subjects],
    }),
  })
  .meta({
    id: 'Evidence',
    description: 'What the content of an artifact is, as Maestro read it.',
    examples: [EXAMPLE],
  });
export type Evidence = z.infer<typeof Evidence>;

/** The evidence of content that waits to be read. */
export const PENDING: Readonly<Evidence> = {
  state: 'pending',
  kind: null,
  format: null,
  version: null,
  level: null,
  tool: null,
  subjects: [],
  findings_total: 0,
  read_at: null,
  reader: null,
};
