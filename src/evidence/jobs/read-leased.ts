// Reads leased artifacts and records the readings.
import { finishReading } from '../../domain/evidence/evidence-changes.ts';
import type { Reading } from '../../domain/evidence/reading.ts';
import { MAX_COUNTED } from '../../jobs/job.ts';
import type { Work } from '../../jobs/work.ts';
import type { Leased } from '../store.ts';
import { documentLeases } from './leases.ts';
import { NO_ROOM, READ_TOO_OFTEN, readContent } from './read-content.ts';
import { type JobSettings, stampBy } from './settings.ts';

/** Reads what waits in the order of the store, as many documents at a time as there are workers. */
export function readingWork(settings: JobSettings): Work<Leased> {
  const { stores, readers, ready } = settings;
  return {
    name: 'read_evidence',
    places: readers.workers,
    tenants: () => stores.tenants(),
    async lease(tenant, { leaseMs }) {
      await ready?.();
      const [leased] = await stores.of(tenant).readings.leaseWaiting(1, leaseMs);
      return leased;
    },
    async act(tenant, { artifact }, signal) {
      const reading = await readContent(settings, tenant, artifact, { first: true, signal });
      await record(settings, tenant, artifact.id, reading);
    },
    giveUp: (tenant, { artifact }) => record(settings, tenant, artifact.id, READ_TOO_OFTEN),
    leases: documentLeases(settings),
    waiting: (tenant) => stores.of(tenant).readings.waiting(MAX_COUNTED),
    pausedInWords: (reason) => `Reading of evidence is paused: ${reason}`,
    failedInWords: ({ artifact }, reason) => `The content of artifact ${artifact.id} was not read: ${reason}`,
  };
}

async function record(settings: JobSettings, tenant: string, id: string, reading: Reading): Promise<void> {
  const stamp = stampBy(settings, 'reader');
  const write = (one: Reading) =>
    settings.stores.of(tenant).artifacts.update(id, (row) => finishReading(row, one, stamp));
  try {
    await write(reading);
  } catch (error) {
    const { code } = error as { code?: unknown };
    // The artifact was deleted in the meantime, with its run.
    if (code === 'artifact_not_found') return;
    if (code !== 'run_full') throw error;
    const { kind, format, version } = reading;
    await write({ ...NO_ROOM, kind, format, version });
  }
}
