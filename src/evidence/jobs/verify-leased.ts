// Reads and verifies leased artifacts again, and records what came of it.
import type { Artifact } from '../../domain/artifact/artifact.ts';
import type { ArtifactChange } from '../../domain/artifact/artifact-events.ts';
import { finishVerifying, giveUpVerifying } from '../../domain/evidence/evidence-changes.ts';
import { isOutdated } from '../../domain/evidence/pending.ts';
import { READER_NUMBER } from '../../domain/evidence/reader.ts';
import { CONTENT_LOST, type Reading } from '../../domain/evidence/reading.ts';
import { MAX_COUNTED } from '../../jobs/job.ts';
import { MAX_ATTEMPTS } from '../../jobs/settings.ts';
import type { Work } from '../../jobs/work.ts';
import type { Leased } from '../store.ts';
import { documentLeases } from './leases.ts';
import { LOST, NO_ROOM, READ_TOO_OFTEN, readContent } from './read-content.ts';
import { type JobSettings, stampBy } from './settings.ts';

export type StaleSettings = JobSettings & {
  /** The trust policy now: its digest, and when it was loaded. */
  trust(): { digest: string; since: string };
};

export type Verifying = {
  readonly settings: StaleSettings;
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

/** Verifies again what `lease` finds, as many documents at a time as there are workers. */
export function verifyingWork(verifying: Verifying, lease: Work<Leased>['lease']): Work<Leased> {
  const { stores, readers, trust } = verifying.settings;
  return {
    name: 'verify_evidence',
    places: readers.workers,
    tenants: () => stores.tenants(),
    lease,
    act: (tenant, leased, signal) => unlessDeleted(verifyAgain(verifying, tenant, leased, signal)),
    giveUp: (tenant, { artifact }) => unlessDeleted(giveUp(verifying, tenant, artifact.id, GIVEN_UP)),
    leases: documentLeases(verifying.settings),
    waiting: (tenant) =>
      stores.of(tenant).readings.stale({ reader: READER_NUMBER, digest: trust().digest }, MAX_COUNTED),
    pausedInWords: (reason) => `Verifying again is paused: ${reason}`,
    failedInWords: ({ artifact }, reason) => `The content of artifact ${artifact.id} was not verified again: ${reason}`,
  };
}

const codeOf = (error: unknown) => (error as { code?: unknown }).code;

/** The artifact may be deleted in the meantime, with its run. */
async function unlessDeleted(verified: Promise<void>): Promise<void> {
  await verified.catch((error) => {
    if (codeOf(error) !== 'artifact_not_found') throw error;
  });
}

async function verifyAgain(
  verifying: Verifying,
  tenant: string,
  { artifact }: Leased,
  signal: AbortSignal,
): Promise<void> {
  const { settings } = verifying;
  const { id } = artifact;
  const reading = await readContent(settings, tenant, artifact, { first: false, signal });
  if (reading === LOST) return giveUp(verifying, tenant, id, GONE);
  try {
    await write(verifying, tenant, id, (row) => finishVerifying(row, reading, stampBy(settings, 'verifier')));
  } catch (error) {
    if (codeOf(error) !== 'run_full') throw error;
    const { kind, format, version } = reading;
    await giveUp(verifying, tenant, id, { verifying: WITHOUT_ROOM, reading: { ...NO_ROOM, kind, format, version } });
  }
}

// Then it counts for nothing.
async function giveUp(verifying: Verifying, tenant: string, id: string, failure: Failure): Promise<void> {
  const { settings } = verifying;
  const { reading } = await settings.stores.of(tenant).readings.get(id);
  await write(verifying, tenant, id, (row) => {
    const stamp = () => stampBy(settings, 'verifier');
    return isOutdated(row)
      ? finishVerifying(row, failure.reading, stamp())
      : giveUpVerifying(row, reading, settings.trust(), failure.verifying, stamp());
  });
}

async function write(
  { settings, onVerified }: Verifying,
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
