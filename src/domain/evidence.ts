// What is known of the content of an artifact, and how it becomes known: waiting to be read, then read.
import { z } from 'zod';
import type { Artifact, ArtifactChange } from './artifact.ts';
import { utcTimestamp } from './bounds.ts';
import { MaestroError } from './errors.ts';
import type { MaestroEvent, Stamp } from './event.ts';
import { EvidenceFacts, EvidenceFinding, EvidenceKind, Subject, Tool } from './evidence-facts.ts';
import type { Verification } from './verification.ts';

/** What names the readers of today; it goes up when they read anything differently. */
export const READER = 'maestro/2';

const MAX_SUBJECTS_SHOWN = 10;

export const EvidenceState = z.enum(['pending', 'read', 'unreadable', 'opaque']).meta({
  id: 'EvidenceState',
  description:
    '`pending`: it waits to be read. `read`: it was understood. `unreadable`: it could not be, and a finding says why. `opaque`: it is none of the formats that are read.',
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

const SUMMARY = {
  state: EvidenceState,
  kind: EvidenceKind.nullable().meta({
    description: 'What it is by its content, whatever the artifact is called; null while it waits to be read.',
    examples: ['sbom'],
  }),
  format: z
    .string()
    .nullable()
    .meta({
      description: 'Its format by its content, or null where it has no name for it.',
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
      description: 'How far it can be relied on: `parsed` where it was read; null where it was not.',
      examples: ['parsed'],
    }),
  tool: Tool.nullable().meta({
    description: 'What made it, as it says; null where it does not.',
    examples: [{ name: 'npm', version: '11.6.0' }],
  }),
  findings_total: z.int().meta({ description: 'How many findings there are.', examples: [0] }),
  read_at: utcTimestamp()
    .nullable()
    .meta({ description: 'When it was read; null while it waits.', examples: ['2026-01-31T10:06:01.000Z'] }),
  reader: z
    .string()
    .nullable()
    .meta({ description: 'Which readers read it; null while it waits.', examples: [READER] }),
};

export const Evidence = z
  .object({
    ...SUMMARY,
    subjects: z.array(Subject).meta({
      description: `What it is about, as it says: the first ${MAX_SUBJECTS_SHOWN}.`,
      examples: [EXAMPLE.subjects],
    }),
  })
  .meta({
    id: 'Evidence',
    description: 'What the content of an artifact is, as Maestro read it.',
    examples: [EXAMPLE],
  });
export type Evidence = z.infer<typeof Evidence>;

export const EvidenceReport = z
  .object({
    ...SUMMARY,
    valid: z
      .boolean()
      .nullable()
      .meta({
        description:
          'Whether it is as its specification asks, as far as that is checked: no finding is an error. Null while it waits.',
        examples: [true],
      }),
    subjects: z
      .array(Subject)
      .meta({ description: 'What it is about, as it says: at most 2,000.', examples: [EXAMPLE.subjects] }),
    subjects_total: z.int().meta({ description: 'How many subjects it names.', examples: [1] }),
    facts: EvidenceFacts.nullable().meta({
      description: 'What is known of it, by its kind; null where it was not understood.',
      examples: [
        {
          kind: 'opaque',
          media_type: 'application/pdf',
          size: 52_114,
          digests: { sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
        },
      ],
    }),
    findings: z.array(EvidenceFinding).meta({ description: 'The first 1,000 findings.', examples: [[]] }),
  })
  .meta({ id: 'EvidenceReport', description: 'What a document is and holds, as Maestro read it.' });
export type EvidenceReport = z.infer<typeof EvidenceReport>;

/** What readers make of bytes. */
export type Reading = {
  state: Exclude<EvidenceState, 'pending'>;
  kind: EvidenceKind;
  format: string | null;
  version: string | null;
  tool: Tool | null;
  /** At most 2,000. */
  subjects: Subject[];
  subjects_total: number;
  facts: EvidenceFacts | null;
  /** At most 1,000. */
  findings: EvidenceFinding[];
  findings_total: number;
  /** Whether it is as its specification asks, as far as that was checked: no finding is an error. */
  valid: boolean;
  /** What came of verifying what in it is signed; null where nothing is, and where nothing was verified. */
  verification: Verification | null;
};

/** The part of a reading that is kept beside the row of its artifact. */
export type ReadingDetails = Pick<
  Reading,
  'subjects' | 'subjects_total' | 'facts' | 'findings' | 'valid' | 'verification'
>;

/** What a run's documents say: all that the gate asks of a reading. */
export type RunReading = { readonly artifact_id: string } & Readonly<
  Pick<Reading, 'subjects' | 'subjects_total' | 'facts' | 'verification'>
>;

/** What the gate asks of what is kept. */
export function runReading(
  artifact_id: string,
  { subjects, subjects_total, facts, verification }: Readonly<ReadingDetails>,
): RunReading {
  return { artifact_id, subjects, subjects_total, facts, verification };
}

/** How much of a run's room a reading takes, in bytes: what the gate and the manifest read. */
export function readingBytes(reading: Readonly<ReadingDetails> | null): number {
  return reading === null ? 0 : new TextEncoder().encode(JSON.stringify(runReading('', reading))).length;
}

/** What waits to be read. */
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

/** Whether what an artifact's content is must still be found out. Content that nobody has looked at is such, whatever its row says. */
export function isPending({ content, evidence }: Readonly<Pick<Artifact, 'content' | 'evidence'>>): boolean {
  if (content === null || content === undefined) return false;
  return !SETTLED.has(evidence?.state);
}

const SETTLED = new Set<unknown>(['read', 'unreadable', 'opaque']);

/** The artifact with what was read; null where it does not wait to be read: somebody else was faster. */
export function finishReading(artifact: Readonly<Artifact>, reading: Reading, stamp: Stamp): ArtifactChange {
  if (!isPending(artifact)) return null;
  return changed(
    { ...artifact, evidence: summaryOf(reading, stamp.at) },
    'artifact.evidence_read',
    stamp,
    detailsOf(reading),
  );
}

/**
 * The artifact with what came of verifying it again, which is as good as reading it again; null where it waits to be read: then what is
 * trusted now is used anyway. It keeps what it is where its bytes could not be read this time.
 */
export function finishVerifying(artifact: Readonly<Artifact>, reading: Reading, stamp: Stamp): ArtifactChange {
  if (artifact.content === null || isPending(artifact) || reading.state !== artifact.evidence?.state) return null;
  return changed(
    { ...artifact, evidence: summaryOf(reading, stamp.at) },
    'artifact.evidence_verified',
    stamp,
    detailsOf(reading),
  );
}

function detailsOf({ subjects, subjects_total, facts, findings, valid, verification }: Reading): ReadingDetails {
  return { subjects, subjects_total, facts, findings, valid, verification };
}

/** The artifact waiting to be read again. Throws `content_not_found` where it has no content. Null where it waits already. */
export function readAgain(artifact: Readonly<Artifact>, stamp: Stamp): ArtifactChange {
  requireContent(artifact);
  if (isPending(artifact)) return null;
  return changed({ ...artifact, evidence: { ...PENDING } }, 'artifact.evidence_requested', stamp, null);
}

/** Throws `content_not_found` where there is nothing to read. */
export function requireContent({ id, content }: Readonly<Artifact>): void {
  if (content === null) throw new MaestroError('content_not_found', `Artifact '${id}' has no content yet`);
}

/** All that is known of an artifact's content. */
export function evidenceReport(evidence: Readonly<Evidence>, details: Readonly<ReadingDetails> | null): EvidenceReport {
  const { subjects, ...summary } = evidence;
  if (details === null)
    return { ...summary, valid: null, subjects, subjects_total: subjects.length, facts: null, findings: [] };
  return { ...summary, ...details };
}

/** What a document is that is not kept. */
export function reportOf(reading: Reading, at: string): EvidenceReport {
  return evidenceReport(summaryOf(reading, at), reading);
}

function summaryOf(reading: Reading, at: string): Evidence {
  const { state, kind, format, version, tool, subjects, findings_total } = reading;
  return {
    state,
    kind,
    format,
    version,
    level: state === 'read' ? 'parsed' : null,
    tool,
    subjects: subjects.slice(0, MAX_SUBJECTS_SHOWN),
    findings_total,
    read_at: at,
    reader: READER,
  };
}

function changed(
  artifact: Artifact,
  type: 'artifact.evidence_read' | 'artifact.evidence_verified' | 'artifact.evidence_requested',
  stamp: Stamp,
  reading: ReadingDetails | null,
): ArtifactChange {
  const event: MaestroEvent = { ...stamp, type, run_id: artifact.run_id, artifact_id: artifact.id, data: artifact };
  return { artifact, event, reading };
}
