// Reads one leased artifact and records the reading.
import { finishReading } from '../../domain/evidence/evidence-changes.ts';
import type { Reading } from '../../domain/evidence/reading.ts';
import { causeOf, reasonOf } from '../../jobs/failure.ts';
import type { Leased } from '../store.ts';
import { giveBack } from './lease.ts';
import { NO_ROOM, READ_TOO_OFTEN, readContent } from './read-content.ts';
import { type JobSettings, MAX_ATTEMPTS, stampBy } from './settings.ts';

/**
 * Never rejects for what goes wrong with the document, its bytes or the store: the artifact then
 * waits until its lease ends. Once `signal` is aborted it is given back.
 */
export async function readLeased(
  settings: JobSettings,
  tenant: string,
  { artifact, attempts }: Leased,
  signal: AbortSignal,
): Promise<void> {
  const { readings } = settings.stores.of(tenant);
  try {
    const how = { first: true, signal };
    const reading = attempts > MAX_ATTEMPTS ? READ_TOO_OFTEN : await readContent(settings, tenant, artifact, how);
    await record(settings, tenant, artifact.id, reading);
  } catch (error) {
    if (signal.aborted) return giveBack(artifact.id, { readings, now: settings.now });
    // It is read again when its lease ends, however often that takes: this failure did not end the
    // process.
    settings.warn(`The content of artifact ${artifact.id} was not read: ${reasonOf(error)}`, causeOf(error));
    await readings.refundAttempt(artifact.id).catch(() => {});
  }
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
