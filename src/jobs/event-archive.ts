// Files of archived events: JSON lines, one for each event, in the order of the log.
import { MaestroError } from '../domain/errors.ts';
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import { jsonValue } from '../json/value.ts';
import type { EventArchive, EventArchiveStore } from '../store/event-archives.ts';
import type { EventBatch, EventStore } from '../store/events.ts';

/** The name of the job that archives events, and of the cursor that is the lease on it. */
export const ARCHIVIST = 'archive_events';

/** A line of a file: an event, and the cursor after it. */
type Line = { readonly cursor: string; readonly event: MaestroEvent };

export function archiveText(events: readonly MaestroEvent[], cursors: readonly string[]): string {
  return events.map((event, index) => `${JSON.stringify({ cursor: cursors[index], event })}\n`).join('');
}

export type WholeLog = {
  readonly events: EventStore;
  readonly archives: Pick<EventArchiveStore, 'next'>;
  /** The bytes of a file, checked by their SHA-256. Throws `content_lost` where they are gone. */
  read(sha256: string): Promise<Uint8Array>;
};

/**
 * The log with what was cut off it, from its very first event. What cannot be read from a file is
 * not skipped: `after` then throws `content_lost`, or what `read` throws.
 */
export function wholeLog({ events, archives, read }: WholeLog): EventStore {
  return {
    async after(cursor, limit) {
      const archived = async () => {
        const archive = await archives.next(cursor);
        return archive && batchOf(linesOf(archive, await read(archive.sha256)), cursor, limit);
      };
      const batch = await archived();
      if (batch !== null) return batch;
      return events.after(cursor, limit).catch(async (error) => {
        // The events may have been cut off since the archives were asked.
        const cutOff = isInvalid(error) ? await archived() : null;
        if (cutOff === null) throw error;
        return cutOff;
      });
    },
  };
}

const isInvalid = (error: unknown) => error instanceof MaestroError && error.code === 'validation_failed';

function linesOf({ sha256, events, cursor }: EventArchive, bytes: Uint8Array): Line[] {
  const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1);
  const read = lines.map((line) => jsonValue(line) as Line);
  if (read.length !== events || read.at(-1)?.cursor !== cursor)
    throw new MaestroError('content_lost', `The archive of events ${sha256} is damaged`);
  return read;
}

/** Those after the cursor: all of them, where it is not that of one of them. */
function batchOf(lines: readonly Line[], cursor: string | null, limit: number): EventBatch {
  const known = lines.findIndex((line) => line.cursor === cursor) + 1;
  const some = lines.slice(known, known + limit);
  return {
    events: some.map(({ event }) => event),
    cursors: some.map((line) => line.cursor),
    cursor: some.at(-1)?.cursor ?? (cursor as string),
  };
}
