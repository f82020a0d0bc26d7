// What the background jobs of evidence are given and have in common.
import { systemActor } from '../../domain/event/actor.ts';
import type { Stamp } from '../../domain/event/event.ts';
import type { LoopSettings } from '../../jobs/settings.ts';
import type { CoreStores, MaestroStores } from '../../store/store.ts';
import type { Readers } from '../readers.ts';
import type { ReadingStore } from '../store.ts';
import type { Source } from './fetch-content.ts';

type Stores = Pick<CoreStores, 'runs' | 'artifacts'> & { readonly readings: ReadingStore };

export type JobSettings = LoopSettings & {
  stores: Pick<MaestroStores<Stores>, 'of' | 'tenants'>;
  contentOf: Source['contentOf'];
  /**
   * Rejects while the content store is unavailable, so that nothing is begun that would only fail.
   */
  ready?(): Promise<void>;
  readers: Readers;
  newId(): string;
};

/** The stamp of what a job writes; each write counts as a request of its own. */
export function stampBy({ newId, now }: Pick<JobSettings, 'newId' | 'now'>, job: 'reader' | 'verifier'): Stamp {
  return { id: newId(), at: now().toISOString(), request_id: newId(), actor: systemActor(job) };
}
