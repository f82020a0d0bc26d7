// Reads a document: any bytes in, one reading out.
import { createHash } from 'node:crypto';
import type { FactsOf } from '../domain/evidence/evidence-facts.ts';
import type { Verifier } from '../domain/evidence/signed.ts';
import { bounded, boundedVerification, unreadable } from './bounded.ts';
import { findings } from './findings.ts';
import { FORMATS } from './formats.ts';
import { LIMITS, type ReadLimits } from './limits.ts';
import { lookOf } from './media-type.ts';
import type { Digests } from './readers.ts';
import type { Document, Format, Note, ParsedDocument, Reading } from './reading.ts';
import type { Duplicate } from './text/key-ledger.ts';
import { type Unpacked, unpack } from './unpack.ts';
import { Unreadable } from './unreadable.ts';

/**
 * How the signed parts of a document are verified. `receivedAt` is when Maestro received its bytes.
 */
export type Verifying = { readonly verify: Verifier; readonly receivedAt: string };

/** What is known of the bytes of a document. */
export type KnownOfBytes = {
  /** Computed where they are not given and the document is not understood. */
  readonly digests?: Digests | undefined;
  /** Whether they are the beginning of something that is too large. */
  readonly isCut?: boolean | undefined;
};

/** Reads any bytes and verifies their signed parts. Never throws because of what they contain. */
export async function readDocument(
  bytes: Uint8Array,
  limits: ReadLimits = LIMITS,
  formats: readonly Format[] = FORMATS,
  verifying: Verifying | null = null,
  { digests, isCut = false }: KnownOfBytes = {},
): Promise<Reading> {
  const book = findings();
  try {
    const { parsed, ambiguous } = await parse({ bytes, digests, isCut }, limits, formats, book.note);
    const kept = bounded(parsed);
    const verification = verificationOf(parsed, ambiguous, verifying);
    return { state: kept.kind === 'opaque' ? 'opaque' : 'read', ...kept, ...book.result(), verification };
  } catch (error) {
    return unreadable(refusalOf(error), book);
  }
}

function verificationOf(
  { signed }: ParsedDocument,
  ambiguous: boolean,
  verifying: Verifying | null,
): Reading['verification'] {
  if (verifying === null || signed === undefined || signed.length === 0) return null;
  return boundedVerification(verifying.verify(signed, ambiguous, verifying.receivedAt));
}

function refusalOf(error: unknown): Unreadable {
  if (error instanceof Unreadable) return error;
  return new Unreadable(
    'reader_failed',
    `The reader failed: ${error instanceof Error ? error.message : 'for no reason'}`,
  );
}

type Given = KnownOfBytes & { readonly bytes: Uint8Array };

async function parse(
  given: Given,
  limits: ReadLimits,
  formats: readonly Format[],
  note: Note,
): Promise<{ parsed: ParsedDocument; ambiguous: boolean }> {
  const unpacked = unpack(given.bytes, limits, given.isCut);
  const { document, duplicates, cut, damaged } = unpacked;
  const format = document === null ? undefined : formats.find((one) => recognises(one, document));
  if (document === null || format === undefined) {
    if (document?.shape === 'json-lines') checkLines(document.values, formats);
    return { parsed: opaque(given, unpacked), ambiguous: false };
  }
  if (cut) throw new Unreadable('too_large', `It takes more than ${limits.maxBytes} bytes`, knownOf(format));
  if (damaged)
    note({
      code: 'encoding',
      severity: 'error',
      message: 'It is not valid UTF-8; what is not was replaced',
      pointer: null,
    });
  checkDuplicates(duplicates, format, note);
  const parsed = await format.read(document as never, note);
  const ambiguous = damaged || duplicates.length > 0;
  return parsed.kind === 'opaque' && parsed.facts === null
    ? { parsed: { ...parsed, facts: opaqueFacts(given, lookOf(given.bytes, document, false).media_type) }, ambiguous }
    : { parsed, ambiguous };
}

function recognises(format: Format, document: Document): boolean {
  return format.shape === document.shape && format.recognises(document as never);
}

// Lines that each would be evidence are refused if no reader takes them as lines: they are not
// treated as opaque.
function checkLines(values: readonly unknown[], formats: readonly Format[]): void {
  const value = values[0];
  const format = formats.find((one) => recognises(one, { shape: 'json', value, text: '' }));
  if (format !== undefined)
    throw new Unreadable(
      'several_documents',
      'It holds several documents, one a line, where one is read at a time',
      knownOf(format),
    );
}

// The version is left out: the field that states it may be the one in doubt.
function knownOf({ name, kind }: Format): Unreadable['known'] {
  return kind === undefined ? { format: name } : { format: name, kind };
}

function checkDuplicates(duplicates: readonly Duplicate[], format: Format, note: Note): void {
  const used = new Set(format.fields);
  for (const { key, pointer } of duplicates) {
    if (used.has(key)) {
      throw new Unreadable(
        'duplicate_key',
        `The field ${pointer} occurs twice, and what it says is used`,
        knownOf(format),
      );
    }
    note({ code: 'duplicate_key', severity: 'warning', message: `The field ${pointer} occurs twice`, pointer });
  }
}

function opaque(given: Given, { document, isTar }: Unpacked): ParsedDocument {
  const { format, media_type } = lookOf(given.bytes, document, isTar);
  return { kind: 'opaque', format, version: null, tool: null, subjects: [], facts: opaqueFacts(given, media_type) };
}

// To hash the bytes takes more than half of the time of a document that is not understood.
function opaqueFacts({ bytes, digests }: Given, media_type: string): FactsOf<'opaque'> {
  return { kind: 'opaque', media_type, size: bytes.length, digests: { ...(digests ?? digestsOf(bytes)) } };
}

function digestsOf(bytes: Uint8Array): Digests {
  const hex = (name: string) => createHash(name).update(bytes).digest('hex');
  return { sha256: hex('sha256'), sha512: hex('sha512') };
}
