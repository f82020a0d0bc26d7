// The job that counts the words of notes: a reader of the event log.
import { systemActor } from '../../../src/domain/event/actor.ts';
import { stampOf } from '../../../src/domain/event/event.ts';
import type { LoggedEvent } from '../../../src/domain/event/maestro-event.ts';
import { type EventReaderSettings, readEvents } from '../../../src/jobs/event-reader.ts';
import type { Job } from '../../../src/jobs/job.ts';
import type { CoreStores } from '../../../src/store/store.ts';
import { countWords, type NoteEvent } from './note.ts';
import type { NoteStore } from './store.ts';

export type CountingNeeds = Pick<EventReaderSettings, 'now' | 'newId' | 'warn'> & {
  stores: {
    of(tenant: string): Pick<CoreStores, 'events' | 'cursors'> & { readonly notes: NoteStore };
    tenantsBehind: EventReaderSettings['stores']['tenantsBehind'];
  };
};

const POLL_MS = 50;

export function countingOfWords({ stores, now, newId, warn }: CountingNeeds): Job {
  return readEvents({
    ...{ name: 'count_words', stores, now, newId, warn, pollMs: POLL_MS },
    async handler(event, { tenant }) {
      const { type, data } = event as LoggedEvent as NoteEvent;
      if (type !== 'note.created') return;
      const stamp = stampOf({ now, newId }, newId(), systemActor('count_words'));
      await stores.of(tenant).notes.update(data.id, (note) => countWords(note, stamp));
    },
  });
}
