// The job that counts the words of notes.
import { stampOf } from '../../../src/domain/event/event.ts';
import type { Job } from '../../../src/jobs/job.ts';
import { countWords } from './note.ts';
import type { NoteStore } from './store.ts';

export type CountingNeeds = {
  stores: { of(tenant: string): { readonly notes: NoteStore }; tenants(): Promise<readonly string[]> };
  now(): Date;
  newId(): string;
  warn(message: string): void;
};

const POLL_MS = 50;
const AT_ONCE = 100;

export function countingOfWords({ stores, now, newId, warn }: CountingNeeds): Job {
  const counted = async (tenant: string) => {
    const { notes } = stores.of(tenant);
    for (const { id } of await notes.waiting(AT_ONCE))
      await notes.update(id, (note) => countWords(note, stampOf({ now, newId }, { id: newId() })));
  };
  let counting = Promise.resolve();
  const look = (tenants: () => Promise<readonly string[]>) => {
    counting = counting.then(async () => {
      for (const tenant of await tenants()) await counted(tenant);
    });
    counting = counting.catch((error) => warn(`Words are not counted: ${error}`));
  };
  const timer = setInterval(() => look(stores.tenants), POLL_MS).unref();
  return {
    name: 'count_words',
    wake: (tenant) => look(async () => [tenant]),
    async progress(tenant) {
      const waiting = await stores.of(tenant).notes.waiting(AT_ONCE);
      const oldest_waiting_at = waiting[0]?.created_at ?? null;
      return {
        name: 'count_words',
        ...{ waiting: waiting.length, oldest_waiting_at, running: 0, failed: 0, last_failure: null },
      };
    },
    async close() {
      clearInterval(timer);
      await counting;
    },
  };
}
