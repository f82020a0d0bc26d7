// The content of an artifact, fetched and read; and what is recorded where that cannot be done.
import type { Artifact } from '../../domain/artifact/artifact.ts';
import { CONTENT_LOST, type Reading } from '../../domain/evidence/reading.ts';
import { MAX_ATTEMPTS } from '../../jobs/settings.ts';
import { unreadable } from '../bounded.ts';
import { findings } from '../findings.ts';
import { Unreadable } from '../unreadable.ts';
import { fetchContent } from './fetch-content.ts';
import type { JobSettings } from './settings.ts';

const failed = (code: string, message: string) => unreadable(new Unreadable(code, message), findings());

/** Recorded for a document that was begun too often. */
export const READ_TOO_OFTEN = failed('reader_failed', `It was begun ${MAX_ATTEMPTS} times and never came to an end`);

/** Recorded for a document whose bytes are gone. `readContent` returns this very object. */
export const LOST = failed(CONTENT_LOST, 'Its bytes are damaged or gone where they were stored');

/** Recorded where the run has no room for the reading. */
export const NO_ROOM = failed('run_full', 'The run has no room for what it says');

/**
 * Reads the content of an artifact. Rejects where its bytes cannot be fetched now, and when
 * `signal` is aborted.
 */
export async function readContent(
  settings: Pick<JobSettings, 'readers' | 'contentOf'>,
  tenant: string,
  { content }: Readonly<Artifact>,
  { first, signal }: { first: boolean; signal: AbortSignal },
): Promise<Reading> {
  if (content === null) return LOST;
  const { size, digests, stored_at: receivedAt } = content;
  const bytes = await fetchContent(settings, tenant, content, signal);
  if (bytes === null) return LOST;
  const { maxBytes } = settings.readers;
  const isCut = size > maxBytes && bytes.length <= maxBytes;
  // Those of the content are not those of its beginning.
  const known = isCut ? { isCut } : { digests };
  const reading = await settings.readers.read(bytes, { first, receivedAt, signal, ...known });
  return reading.facts?.kind === 'opaque' ? { ...reading, facts: { ...reading.facts, size, digests } } : reading;
}
