// Bounds what a reader returns, so that a reading is storable and has the declared shape.
import { z } from 'zod';
import { EvidenceFacts, EvidenceKind, Subject, Tool } from '../domain/evidence/evidence-facts.ts';
import { Verification } from '../domain/evidence/verification.ts';
import type { Findings } from './findings.ts';
import type { ParsedDocument, Reading } from './reading.ts';
import { NARROWEST, shrink, sizeOf, storable, WIDEST, WIDTHS } from './storable.ts';
import { Unreadable } from './unreadable.ts';

const MAX_SUBJECTS = 2_000;
const MAX_SUBJECTS_BYTES = 1024 * 1024;
const MAX_FACTS_BYTES = 32 * 1024;

type Bounded = Pick<Reading, 'kind' | 'format' | 'version' | 'tool' | 'subjects' | 'subjects_total' | 'facts'>;

/**
 * Bounds a parsed document. Throws `Unreadable` with `reader_failed` where its shape is not the
 * declared one.
 */
export function bounded({ subjects, facts, signed: _signed, ...rest }: ParsedDocument): Bounded {
  const kept = Kept.safeParse({
    ...(shrink(rest, WIDEST) as object),
    subjects: boundedSubjects(subjects),
    subjects_total: subjects.length,
    facts: boundedFacts(facts),
  });
  if (kept.success) return kept.data;
  const [issue] = kept.error.issues;
  throw new Unreadable('reader_failed', `The reader failed: ${issue?.path.join('.')}: ${issue?.message}`, {
    format: rest.format,
  });
}

/** Bounds a verification. Throws an error where its shape is not the declared one. */
export function boundedVerification({ attestations, ...rest }: Verification): Verification {
  const room = newRoom();
  return Verification.parse({
    ...rest,
    attestations: attestations.map(({ subjects, facts, ...one }) => ({
      ...(shrink(one, WIDEST) as object),
      facts: boundedFacts(facts),
      subjects: boundedSubjects(subjects, room),
    })),
  });
}

const Kept = z
  .object({
    kind: EvidenceKind,
    format: z.string(),
    version: z.string().nullable(),
    tool: Tool.nullable(),
    subjects: z.array(Subject),
    subjects_total: z.int(),
    facts: EvidenceFacts.nullable(),
  })
  .refine(({ kind, facts }) => facts === null || facts.kind === kind, { error: 'facts of another kind' });

/** How many more subjects of a document are kept, and how many bytes of them. */
type Room = { count: number; bytes: number };

const newRoom = (): Room => ({ count: MAX_SUBJECTS, bytes: MAX_SUBJECTS_BYTES });

function boundedSubjects(subjects: readonly Subject[], room: Room = newRoom()): Subject[] {
  const some = subjects.slice(0, room.count).map((subject) => shrink(subject, WIDEST) as Subject);
  if (some.length === 0) return some;
  // A comma for each, and no brackets. All at once are measured in half of the time.
  const bytes = sizeOf(some) - 1;
  const kept = bytes <= room.bytes ? some : fitting(some, room.bytes);
  room.count -= kept.length;
  // Where one had no place, none after it has one.
  room.bytes = kept === some ? room.bytes - bytes : -1;
  return kept;
}

function fitting(subjects: readonly Subject[], bytes: number): Subject[] {
  let left = bytes;
  const over = subjects.findIndex((subject) => {
    left -= sizeOf(subject) + 1;
    return left < 0;
  });
  return subjects.slice(0, over);
}

// The widest that fits. At the narrowest width the facts of every kind fit.
function boundedFacts(facts: EvidenceFacts | null): unknown {
  for (const width of WIDTHS) {
    const kept = shrink(facts, width);
    if (sizeOf(kept) <= MAX_FACTS_BYTES) return kept;
  }
  return shrink(facts, NARROWEST);
}

/** The reading of an unreadable document. */
export function unreadable({ code, message, known }: Unreadable, { refuse, result }: Findings): Reading {
  refuse({ code, severity: 'error', message, pointer: null });
  const { kind = 'opaque', format = null, version = null } = known;
  return {
    state: 'unreadable',
    kind,
    format: format === null ? null : storable(format, WIDEST.text),
    version: version === null ? null : storable(version, WIDEST.text),
    tool: null,
    subjects: [],
    subjects_total: 0,
    facts: null,
    ...result(),
    verification: null,
  };
}
