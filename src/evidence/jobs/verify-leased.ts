// Reads and verifies one leased artifact again, and records what came of it.
import type { Artifact } from '../../domain/artifact/artifact.ts';
import type { ArtifactChange } from '../../domain/artifact/artifact-events.ts';
import { finishVerifying, giveUpVerifying } from '../../domain/evidence/evidence-changes.ts';
import { isOutdated } from '../../domain/evidence/pending.ts';
import { CONTENT_LOST, type Reading } from '../../domain/evidence/reading.ts';
import { causeOf, reasonOf } from '../../jobs/failure.ts';
import type { Leased } from '../store.ts';
import { giveBack } from './lease.ts';
import { LOST, NO_ROOM, READ_TOO_OFTEN, readContent } from './read-content.ts';
import { type JobSettings, MAX_ATTEMPTS, stampBy } from './settings.ts';

export type StaleSettings = JobSettings & {
  /** The trust policy now: its digest, and when it was loaded. */
  trust(): { digest: string; since: string };
};

export type VerifyingJob = {
  readonly settings: StaleSettings;
  readonly signal: AbortSignal;
  /** Called after each artifact that was changed. */
  onVerified(): void;
};

/**
 * What is recorded where it failed: `verifying` for what our readers read, `reading` for what an
 * older one read.
 */
type Failure = { readonly verifying: { code: string; detail: string }; readonly reading: Reading };

const GIVEN_UP: Failure = {
  verifying: { code: 'verifier_failed', detail: `It was begun ${MAX_ATTEMPTS} times and never came to an end` },
  reading: READ_TOO_OFTEN,
};
const GONE: Failure = {
  verifying: { code: CONTENT_LOST, detail: 'Its bytes are damaged or gone where they were stored' },
  reading: LOST,
};
const WITHOUT_ROOM = { code: 'run_full', detail: 'The run has no room for what came of it' };

/**
 * Never rejects for what goes wrong with the document, its bytes or the store: the artifact stays
 * as it is until its lease ends. Once the signal is aborted it is given back.
 */
export async function verifyLeased(job: VerifyingJob, tenant: string, leased: Leased): Promise<void> {
  const { settings, signal } = job;
  const { id } = leased.artifact;
  try {
    await verifyAgain(job, tenant, leased);
  } catch (error) {
    // The artifact was deleted in the meantime, with its run.
    if (codeOf(error) === 'artifact_not_found') return;
    const { readings } = settings.stores.of(tenant);
    if (signal.aborted) return giveBack(id, { readings, now: settings.now });
    settings.warn(`The content of artifact ${id} was not verified again: ${reasonOf(error)}`, causeOf(error));
    await readings.refundAttempt(id).catch(() => {});
  }
}

const codeOf = (error: unknown) => (error as { code?: unknown }).code;

async function verifyAgain(job: VerifyingJob, tenant: string, { artifact, attempts }: Leased): Promise<void> {
  const { settings, signal } = job;
  const { id } = artifact;
  if (attempts > MAX_ATTEMPTS) return giveUp(job, tenant, id, GIVEN_UP);
  const reading = await readContent(settings, tenant, artifact, { first: false, signal });
  if (reading === LOST) return giveUp(job, tenant, id, GONE);
  try {
    await write(job, tenant, id, (row) => finishVerifying(row, reading, stampBy(settings, 'verifier')));
  } catch (error) {
    if (codeOf(error) !== 'run_full') throw error;
    const { kind, format, version } = reading;
    await giveUp(job, tenant, id, { verifying: WITHOUT_ROOM, reading: { ...NO_ROOM, kind, format, version } });
  }
}

// Then it counts for nothing.
async function giveUp(job: VerifyingJob, tenant: string, id: string, failure: Failure): Promise<void> {
  const { settings } = job;
  const { reading } = await settings.stores.of(tenant).readings.get(id);
  await write(job, tenant, id, (row) => {
    const stamp = () => stampBy(settings, 'verifier');
    return isOutdated(row)
      ? finishVerifying(row, failure.reading, stamp())
      : giveUpVerifying(row, reading, settings.trust(), failure.verifying, stamp());
  });
}

async function write(
  { settings, onVerified }: VerifyingJob,
  tenant: string,
  id: string,
  change: (row: Readonly<Artifact>) => ArtifactChange,
): Promise<void> {
  let isChanged = false;
  await settings.stores.of(tenant).artifacts.update(id, (row) => {
    const changed = change(row);
    isChanged = changed !== null;
    return changed;
  });
  if (isChanged) onVerified();
}
