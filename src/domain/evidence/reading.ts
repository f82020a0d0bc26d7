// What readers make of a document, and the parts of it that are kept.
import { type Evidence, type EvidenceState, MAX_SUBJECTS_SHOWN } from './evidence.ts';
import type { EvidenceFacts, EvidenceFinding, EvidenceKind, Subject, Tool } from './evidence-facts.ts';
import { READER } from './reader.ts';
import type { Verification } from './verification.ts';

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
  /**
   * Whether it conforms to its specification, as far as that is checked: no finding is an error.
   */
  valid: boolean;
  /**
   * The result of verifying what is signed in it; null where nothing is, or nothing was verified.
   */
  verification: Verification | null;
};

/** The part of a reading that is stored beside the row of its artifact. */
export type ReadingDetails = Pick<
  Reading,
  'subjects' | 'subjects_total' | 'facts' | 'findings' | 'valid' | 'verification'
>;

export function detailsOf(reading: Reading): ReadingDetails {
  const { subjects, subjects_total, facts, findings, valid, verification } = reading;
  return { subjects, subjects_total, facts, findings, valid, verification };
}

/**
 * The part of a reading that stands in the row of its artifact. `at` is when the document was read.
 */
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

/** The part of a reading that the gate needs. */
export type RunReading = { readonly artifact_id: string } & Readonly<
  Pick<Reading, 'subjects' | 'subjects_total' | 'facts' | 'verification'>
>;

export function runReading(
  artifact_id: string,
  { subjects, subjects_total, facts, verification }: Readonly<ReadingDetails>,
): RunReading {
  return { artifact_id, subjects, subjects_total, facts, verification };
}

/** How many bytes a reading counts towards the limit of its run: what the gate loads of it. */
export function readingBytes(reading: Readonly<ReadingDetails> | null): number {
  return reading === null ? 0 : new TextEncoder().encode(JSON.stringify(runReading('', reading))).length;
}

/** The code of a finding or a failed check: the bytes were missing or damaged. */
export const CONTENT_LOST = 'content_lost';

/**
 * Whether the bytes were missing or damaged when they were last read or verified. The index of the
 * store finds the same rows.
 */
export function isLost({
  findings,
  verification,
}: Readonly<Pick<ReadingDetails, 'findings' | 'verification'>>): boolean {
  if (findings[0]?.code === CONTENT_LOST) return true;
  return verification?.attestations.some(({ links }) => links[0]?.code === CONTENT_LOST) === true;
}
