// What is known of the content of an artifact, and how it becomes known: waiting to be read, then read.
import { z } from 'zod';
import type { Artifact, ArtifactChange } from '../artifact/artifact.ts';
import { utcTimestamp } from '../bounds.ts';
import { MaestroError } from '../errors.ts';
import type { MaestroEvent, Stamp } from '../event/event.ts';
import { type EvidenceFacts, type EvidenceFinding, EvidenceKind, Subject, Tool } from './evidence-facts.ts';
import type { Check, Verification } from './verification.ts';

/** What names the readers of today; it goes up when they read anything differently. */
export const READER = 'maestro/3';

/** The number in the name of a reader; 0 where there is none. `update_artifact` in SQL computes the same. */
export function readerNumber(reader: unknown): number {
  const [, digits] = (typeof reader === 'string' && /^maestro\/([1-9][0-9]{0,8})$/.exec(reader)) || [];
  return Number(digits ?? 0);
}

export const READER_NUMBER = readerNumber(READER);

/** Which readers read it, compared with those of this process. A reader that is not known counts as older. */
export type ReadBy = 'ours' | 'older' | 'newer';

export function readBy(evidence: Readonly<Pick<Evidence, 'reader'>> | null | undefined): ReadBy {
  if (evidence?.reader === READER) return 'ours';
  return readerNumber(evidence?.reader) > READER_NUMBER ? 'newer' : 'older';
}

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

export const SUMMARY = {
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
      description:
        'How far it was read: `parsed` where it was understood; null where it was not. Whether it is verified is judged anew at each call: its evidence tells it.',
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

/** How much later each byte makes content due, in milliseconds, and how many bytes count. `due_of` in SQL repeats both. */
const BYTE_MS = 0.01;
const MAX_BYTES_DUE = 32 * 1024 * 1024;

/**
 * When content is due to be read that waits since then, in milliseconds since 1970. What is due earlier is read first: small content before
 * large, and each before whatever comes long enough after it.
 */
export function readingDue({ content }: Readonly<Pick<Artifact, 'content'>>, since: string): number {
  return Date.parse(since) + Math.min(content?.size ?? 0, MAX_BYTES_DUE) * BYTE_MS;
}

/** Whether an older reader read the content: the reading counts for nothing, and the background job reads it again. */
export function isOutdated(artifact: Readonly<Pick<Artifact, 'content' | 'evidence'>>): boolean {
  const { content, evidence } = artifact;
  if (content === null || content === undefined || evidence?.reader === READER) return false;
  return !isPending(artifact) && readBy(evidence) === 'older';
}

/** Why nothing is known of content whose bytes were not there or were damaged. */
export const CONTENT_LOST = 'content_lost';

/** Whether the bytes were not there, or were damaged, when they were last read or verified. The store's index finds the same. */
export function isLost({
  findings,
  verification,
}: Readonly<Pick<ReadingDetails, 'findings' | 'verification'>>): boolean {
  if (findings[0]?.code === CONTENT_LOST) return true;
  return verification?.attestations.some(({ links }) => links[0]?.code === CONTENT_LOST) === true;
}

const SETTLED = new Set<unknown>(['read', 'unreadable', 'opaque']);

/** The artifact with what was read; null where it does not wait to be read: somebody else was faster. */
export function finishReading(artifact: Readonly<Artifact>, reading: Reading, stamp: Stamp): ArtifactChange {
  if (!isPending(artifact) || readBy(artifact.evidence) === 'newer') return null;
  return changed(
    { ...artifact, evidence: summaryOf(reading, stamp.at) },
    'artifact.evidence_read',
    stamp,
    detailsOf(reading),
  );
}

/**
 * The artifact with what came of reading and verifying it again. Null where it waits to be read, as what is trusted now is used then anyway,
 * and where a newer reader read it. What our readers read keeps its state: another one means that the bytes could not be read this time.
 */
export function finishVerifying(artifact: Readonly<Artifact>, reading: Reading, stamp: Stamp): ArtifactChange {
  const { content, evidence } = artifact;
  if (content === null || isPending(artifact)) return null;
  const by = readBy(evidence);
  if (by === 'newer' || (by === 'ours' && reading.state !== evidence?.state)) return null;
  const type = by === 'older' ? 'artifact.evidence_read' : 'artifact.evidence_verified';
  return changed({ ...artifact, evidence: summaryOf(reading, stamp.at) }, type, stamp, detailsOf(reading));
}

/**
 * The artifact with nothing in it verified under what is trusted now, and why; null where it waits to be read, was never read, or not by our
 * readers. What its statements say is let go, so that there is room for it in a run that is full.
 */
export function giveUpVerifying(
  artifact: Readonly<Artifact>,
  details: Readonly<ReadingDetails> | null,
  trust: { digest: string; since: string },
  reason: { code: string; detail: string },
  stamp: Stamp,
): ArtifactChange {
  if (isPending(artifact) || details === null || readBy(artifact.evidence) !== 'ours') return null;
  const verification = details.verification ?? NEVER_VERIFIED;
  const links: Check[] = [{ link: 'signature', held: false, ...reason }];
  const attestations = verification.attestations.map((one) => ({ ...one, links, facts: null, subjects: [] }));
  const given = { ...verification, trust: trust.digest, trust_since: trust.since, attestations };
  return changed(artifact, 'artifact.evidence_verified', stamp, { ...details, verification: given });
}

// What was read before anything was verified.
const NEVER_VERIFIED = { libraries: {}, attestations: [], attestations_total: 0 };

function detailsOf({ subjects, subjects_total, facts, findings, valid, verification }: Reading): ReadingDetails {
  return { subjects, subjects_total, facts, findings, valid, verification };
}

/**
 * The artifact waiting to be read again. Throws `content_not_found` where it has no content. Null where it waits already, and where a newer
 * reader read it.
 */
export function readAgain(artifact: Readonly<Artifact>, stamp: Stamp): ArtifactChange {
  requireContent(artifact);
  if (isPending(artifact) || readBy(artifact.evidence) === 'newer') return null;
  return changed({ ...artifact, evidence: { ...PENDING } }, 'artifact.evidence_requested', stamp, null);
}

/** Throws `content_not_found` where there is nothing to read. */
export function requireContent({ id, content }: Readonly<Artifact>): void {
  if (content === null) throw new MaestroError('content_not_found', `Artifact '${id}' has no content yet`);
}

/** The part of a reading that stands in the row of its artifact. `at` is when it was read. */
export function summaryOf(reading: Reading, at: string): Evidence {
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
