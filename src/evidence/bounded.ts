// Whatever a reader returns, what is kept of it is bounded, storable and of the declared shape.
import { z } from 'zod';
import { EvidenceFacts, type EvidenceFinding, EvidenceKind, Subject, Tool } from '../domain/evidence/evidence-facts.ts';
import { Verification } from '../domain/evidence/verification.ts';
import type { Reading, Understood } from './reading.ts';
import { Unreadable } from './unreadable.ts';

const MAX_NAME = 512;
const MAX_MESSAGE = 500;
const MAX_POINTER = 1_024;
const MAX_FINDINGS = 1_000;
const MAX_FINDINGS_BYTES = 256 * 1024;
const MAX_SUBJECTS = 2_000;
const MAX_SUBJECTS_BYTES = 1024 * 1024;
const MAX_FACTS_BYTES = 32 * 1024;
const MAX_PARAMETERS_BYTES = 8 * 1024;
const MAX_DIGESTS = 16;
const MAX_DIGEST = 256;

type Bounded = Pick<Reading, 'kind' | 'format' | 'version' | 'tool' | 'subjects' | 'subjects_total' | 'facts'>;

/** What a reader understood, as far as it is kept. Throws `Unreadable` with `reader_failed` where it has another shape than declared. */
export function bounded({ subjects, facts, signed: _signed, ...rest }: Understood): Bounded {
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

/** What came of verifying a document, as far as it is kept. Throws an error where it has another shape than declared. */
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

/** The reading of a document of which nothing can be said but why. */
export function unreadable({ code, message, known }: Unreadable, { refuse, result }: Findings): Reading {
  refuse({ code, severity: 'error', message, pointer: null });
  const { kind = 'opaque', format = null, version = null } = known;
  return {
    state: 'unreadable',
    kind,
    format: format === null ? null : storable(format, MAX_NAME),
    version: version === null ? null : storable(version, MAX_NAME),
    tool: null,
    subjects: [],
    subjects_total: 0,
    facts: null,
    ...result(),
    verification: null,
  };
}

/** Text of at most so many characters that every store can hold: NUL and lone surrogates become U+FFFD. */
export function storable(text: string, max: number): string {
  return text.slice(0, max).toWellFormed().replaceAll('\0', '\ufffd');
}

export type Findings = {
  note(finding: EvidenceFinding): void;
  /** Puts the finding before all others: why nothing else is said of the document. */
  refuse(finding: EvidenceFinding): void;
  result(): Pick<Reading, 'findings' | 'findings_total' | 'valid'>;
};

/** Keeps at most 1,000 findings and 256 KiB of them, and counts all. Warnings take up at most half of that, so that errors are seen. */
export function findings(): Findings {
  const kept: EvidenceFinding[] = [];
  // What a refusal takes is set aside.
  const all = { count: 0, bytes: MAX_MESSAGE * 6 + 1_000 };
  const warnings = { count: 0, bytes: 0 };
  let [total, errors] = [0, 0];
  const count = ({ severity }: EvidenceFinding) => {
    total += 1;
    if (severity === 'error') errors += 1;
  };
  return {
    note(finding) {
      count(finding);
      const isWarning = finding.severity === 'warning';
      if (all.count >= MAX_FINDINGS || (isWarning && warnings.count >= MAX_FINDINGS / 2)) return;
      const one = boundedFinding(finding);
      const bytes = sizeOf(one) + 1;
      if (all.bytes + bytes > MAX_FINDINGS_BYTES) return;
      if (isWarning && warnings.bytes + bytes > MAX_FINDINGS_BYTES / 2) return;
      for (const tally of isWarning ? [all, warnings] : [all]) {
        tally.count += 1;
        tally.bytes += bytes;
      }
      kept.push(one);
    },
    refuse(finding) {
      count(finding);
      kept.unshift(boundedFinding(finding));
    },
    result: () => ({ findings: kept.slice(0, MAX_FINDINGS), findings_total: total, valid: errors === 0 }),
  };
}

function boundedFinding({ code, severity, message, pointer }: EvidenceFinding): EvidenceFinding {
  return {
    code: storable(code, MAX_DIGEST),
    severity,
    message: storable(message, MAX_MESSAGE),
    pointer: pointer === null ? null : storable(pointer, MAX_POINTER),
  };
}

/** How many subjects a document may still have, and how many bytes of them. */
type Room = { count: number; bytes: number };

const newRoom = (): Room => ({ count: MAX_SUBJECTS, bytes: MAX_SUBJECTS_BYTES });

function boundedSubjects(subjects: readonly Subject[], room: Room = newRoom()): Subject[] {
  const kept: Subject[] = [];
  for (const subject of subjects.slice(0, room.count)) {
    const one = shrink(subject, WIDEST) as Subject;
    room.bytes -= sizeOf(one) + 1;
    if (room.bytes < 0) break;
    room.count -= 1;
    kept.push(one);
  }
  return kept;
}

type Width = { readonly text: number; readonly entries: number };

const WIDEST: Width = { text: MAX_NAME, entries: 200 };
const WIDTHS: readonly Width[] = [WIDEST, { text: 256, entries: 100 }, { text: 128, entries: 50 }];
const NARROWEST: Width = { text: 64, entries: 20 };

// As wide as fits. At the narrowest the facts of every kind do.
function boundedFacts(facts: EvidenceFacts | null): unknown {
  for (const width of WIDTHS) {
    const kept = shrink(facts, width);
    if (sizeOf(kept) <= MAX_FACTS_BYTES) return kept;
  }
  return shrink(facts, NARROWEST);
}

function shrink(value: unknown, width: Width, key = ''): unknown {
  if (key === 'parameters') return boundedParameters(value, width);
  if (typeof value === 'string') return storable(value, width.text);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, width.entries).map((one) => shrink(one, width));
  if (key === 'digests') return boundedDigests(value);
  return shrinkRecord(value, width);
}

// Counts that find no room, or whose names became the same, are added up: the sum of all of them stays what it was. `__proto__` has no
// room: whoever copies such a record key by key would set its prototype.
function shrinkRecord(record: object, width: Width): unknown {
  const kept = new Map<string, unknown>();
  for (const [key, value] of Object.entries(record)) {
    const name = storable(key, width.text);
    const hasPlace = kept.has(name) || kept.size < width.entries;
    const place = hasPlace && name !== '__proto__' ? name : OTHERS;
    const before = kept.get(place);
    if (typeof value === 'number' && typeof before === 'number') kept.set(place, jsonNumber(before + value));
    else if (typeof value === 'number') kept.set(place, jsonNumber(value));
    else if (place === name && !kept.has(name)) kept.set(place, shrink(value, width, key));
  }
  return Object.fromEntries(kept);
}

const OTHERS = 'others';

// Where there are too many, those that name bytes come first, so that others cannot crowd them out.
function boundedDigests(digests: object): unknown {
  const rank = ([name]: [string, unknown]) => (name === 'sha256' || name === 'sha512' ? 0 : 1);
  const entries = Object.entries(digests);
  if (entries.length > MAX_DIGESTS) entries.sort((one, other) => rank(one) - rank(other));
  const kept = entries.slice(0, MAX_DIGESTS).filter(([name]) => name !== '__proto__');
  return Object.fromEntries(kept.map(([name, one]) => [storable(name, MAX_DIGEST), storable(one, MAX_DIGEST)]));
}

// They are the builder's own words, so nothing in them is cut: they are kept whole or not at all.
function boundedParameters(value: unknown, width: Width): unknown {
  return width !== NARROWEST && sizeOf(value) <= MAX_PARAMETERS_BYTES ? cleaned(value) : null;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return storable(value, MAX_PARAMETERS_BYTES);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, one]) => [storable(key, MAX_PARAMETERS_BYTES), cleaned(one)]));
}

// As JSON would give it back: it has neither a negative zero nor what 1e999 becomes.
function jsonNumber(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
