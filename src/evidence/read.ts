// What a document is: any bytes in, one reading out.
import { createHash } from 'node:crypto';
import { FORMATS } from './formats.ts';
import type { Duplicate } from './json.ts';
import { type Document, type Format, type Note, type Reading, type Understood, Unreadable } from './reading.ts';
import { LIMITS, type ReadLimits, unpack } from './unpack.ts';

const MAX_FINDINGS = 1_000;
const MAX_SUBJECTS = 2_000;

/** Reads any bytes: never throws for what they hold. */
export async function readDocument(bytes: Uint8Array, limits: ReadLimits = LIMITS): Promise<Reading> {
  const findings: Reading['findings'] = [];
  let total = 0;
  let errors = 0;
  const note: Note = (finding) => {
    total += 1;
    if (finding.severity === 'error') errors += 1;
    if (findings.length < MAX_FINDINGS) findings.push(finding);
  };
  const rest = () => ({ findings, findings_total: total, valid: errors === 0 });
  try {
    const understood = await understand(bytes, limits, note);
    if (understood === null) return { state: 'opaque', ...opaque(bytes), ...rest() };
    const subjects_total = understood.subjects.length;
    const state = understood.kind === 'opaque' ? 'opaque' : 'read';
    return { ...understood, state, subjects: understood.subjects.slice(0, MAX_SUBJECTS), subjects_total, ...rest() };
  } catch (error) {
    const refusal =
      error instanceof Unreadable
        ? error
        : new Unreadable('reader_failed', `The reader failed: ${(error as Error).message}`);
    note({ code: refusal.code, severity: 'error', message: refusal.message, pointer: null });
    const { kind = 'opaque', format = null, version = null } = refusal.known;
    return {
      state: 'unreadable',
      kind,
      format,
      version,
      tool: null,
      subjects: [],
      subjects_total: 0,
      facts: null,
      ...rest(),
    };
  }
}

async function understand(bytes: Uint8Array, limits: ReadLimits, note: Note): Promise<Understood | null> {
  const { document, duplicates } = unpack(bytes, limits);
  if (document === null) return null;
  const format = FORMATS.find((one) => one.shape === document.shape && one.recognises(document as never));
  if (format === undefined) return null;
  checkDuplicates(duplicates, format, note);
  return format.read(document as never, note);
}

function checkDuplicates(duplicates: readonly Duplicate[], { fields, name }: Format, note: Note): void {
  for (const { key, pointer } of duplicates) {
    if (fields.includes(key)) {
      throw new Unreadable('duplicate_key', `The field ${pointer} occurs twice, and what it says is used`, {
        format: name,
      });
    }
    note({ code: 'duplicate_key', severity: 'warning', message: `The field ${pointer} occurs twice`, pointer });
  }
}

function opaque(bytes: Uint8Array): Omit<Reading, 'state' | 'findings' | 'findings_total' | 'valid'> {
  const digests = Object.fromEntries(
    ['sha256', 'sha512'].map((name) => [name, createHash(name).update(bytes).digest('hex')]),
  );
  return {
    kind: 'opaque',
    format: null,
    version: null,
    tool: null,
    subjects: [],
    subjects_total: 0,
    facts: { kind: 'opaque', media_type: 'application/octet-stream', size: bytes.length, digests },
  };
}

export type { Document };

/** TEMP */
export async function readHead(
  head: Uint8Array,
  content: { size: number; digests: Record<string, string> },
): Promise<Reading> {
  return {
    state: 'opaque',
    ...opaque(head),
    facts: { kind: 'opaque', media_type: 'application/octet-stream', size: content.size, digests: content.digests },
    findings: [],
    findings_total: 0,
    valid: true,
  };
}
