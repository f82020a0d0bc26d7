import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import type { EventArchive, EventArchiveStore } from '../event-archives.ts';
import type { EventCursors } from './event-cursors.ts';
import { cursorAfter, eventsUpTo } from './events.ts';
import type { Ledger } from './ledger.ts';

export function eventArchiveStore({ log }: Ledger, cursors: EventCursors, archives: EventArchive[]): EventArchiveStore {
  const bound = (archivist: string) => {
    let end = log.count() - 1;
    for (const [name, { position }] of cursors) if (name !== archivist) end = Math.min(end, position);
    return end;
  };
  return {
    async archivable(archivist, cursor, limit) {
      const start = Math.max(eventsUpTo(cursor), log.cut());
      const end = Math.max(start, Math.min(start + limit, bound(archivist)));
      const events = log.slice(start, end) as MaestroEvent[];
      const cursors = events.map((_, index) => cursorAfter(start + index + 1));
      return { events, cursors, cursor: cursorAfter(start + events.length) };
    },
    async waiting(archivist, moment, max) {
      const end = Math.min(log.cut() + max, bound(archivist));
      let count = 0;
      while (log.cut() + count < end && (log.at(log.cut() + count)?.at ?? '') < moment) count += 1;
      return { count, first_at: count === 0 ? null : (log.at(log.cut())?.at ?? null) };
    },
    async cut(archivist, archive) {
      const end = eventsUpTo(archive.cursor);
      if (end > bound(archivist) || end - log.cut() !== archive.events) return false;
      log.cutTo(end);
      archives.push(archive);
      return true;
    },
    next: async (cursor) => archives.find((one) => eventsUpTo(one.cursor) > eventsUpTo(cursor)) ?? null,
  };
}
