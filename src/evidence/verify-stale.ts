// Reads and verifies again what an older reader read, or what was verified when something else was trusted: first for runs that somebody asks
// about, then for unfinished ones.
import type { Artifact } from '../domain/artifact/artifact.ts';
import type { ArtifactChange } from '../domain/artifact/artifact-events.ts';
import type { Stamp } from '../domain/event/event.ts';
import { finishVerifying, giveUpVerifying } from '../domain/evidence/evidence-changes.ts';
import { isOutdated } from '../domain/evidence/pending.ts';
import { READER_NUMBER } from '../domain/evidence/reader.ts';
import { CONTENT_LOST, type Reading } from '../domain/evidence/reading.ts';
import type { Current } from '../store/store.ts';
import { giveBack, holding } from './lease.ts';
import {
  causeOf,
  endOrStop,
  LOST,
  NO_ROOM,
  type PendingSettings,
  READ_TOO_OFTEN,
  readContent,
  reasonOf,
} from './read-pending.ts';

/** Lease duration. A live process extends the lease; after a crash, others take over once it expires. */
const LEASE_MS = 60_000;

/** At the end of the process: small documents are finished in this time, the others are given back. */
const GRACE_MS = 2_000;

/** What was begun so often cannot be read or verified again; then it counts for nothing. */
const MAX_ATTEMPTS = 5;

/** How often a process looks for what others have left, and what others verified with what they trusted before. */
const POLL_MS = 10_000;

/** Of the runs that were asked about, so many of the latest are remembered. */
const MAX_ASKED = 1_000;

const PAGE = 200;

export type StaleSettings = Omit<PendingSettings, 'leaseMs'> & {
  /** What is trusted now: its digest, and when it was loaded. */
  trust(): { digest: string; since: string };
  leaseMs?: number;
};

export type StaleVerifications = {
  /** Told that the gate of a run was asked while something of it is stale. */
  asked(tenant: string, runId: string): void;
  /** Told that something else is trusted from now on. */
  changed(): void;
  /** How many were verified again here since what is trusted was loaded, and whether some are on their way. */
  progress(): { done: number; running: boolean };
  /** Begins nothing more, and resolves when what was begun has ended: in two seconds, or given back to be read by another process. */
  close(): Promise<void>;
};

/** Why nothing came of it: of verifying what our readers read, and of reading what an older one read. */
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

const codeOf = (error: unknown) => (error as { code?: unknown }).code;

type Leased = { artifact: Readonly<Artifact>; attempts: number };

/** Reads and verifies again what is stale, now and whenever something else is trusted, as many documents at a time as there are workers. */
export function verifyStale(settings: StaleSettings): StaleVerifications {
  const { stores, trust, warn } = settings;
  const asked = new Map<string, Set<string>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const leaseMs = settings.leaseMs ?? LEASE_MS;
  let working: Promise<void> | null = null;
  let again = false;
  let closed = false;
  let done = 0;

  function now(): Current {
    const { digest, since } = trust();
    return { reader: READER_NUMBER, digest, since };
  }

  async function sweep(): Promise<void> {
    for (const tenant of await stores.tenants()) {
      // Looked up first, so that it costs nothing where nothing is stale.
      if ((await stores.open(tenant).countStale(now(), 1)) === 0) continue;
      await settings.ready?.();
      for await (const runs of unfinishedRuns(tenant)) await drain(tenant, runs);
      await drain(tenant, null);
    }
  }

  async function* unfinishedRuns(tenant: string): AsyncGenerator<string[]> {
    for (const status of ['running', 'pending'] as const) {
      let cursor: string | null = null;
      do {
        const page = await stores.open(tenant).listRuns({ status }, { limit: PAGE, cursor });
        yield page.rows.map(({ id }) => id);
        cursor = page.next;
      } while (cursor !== null && !closed);
    }
  }

  async function drain(tenant: string, runs: string[] | null): Promise<void> {
    if (runs?.length === 0) return;
    for (;;) {
      await drainAsked(tenant);
      if ((await verifySome(tenant, runs)) === 0) return;
    }
  }

  // What somebody waits for comes before all else, each time before more is taken.
  async function drainAsked(tenant: string): Promise<void> {
    for (let runs = take(tenant); runs.length > 0; runs = take(tenant)) while ((await verifySome(tenant, runs)) > 0);
  }

  function take(tenant: string): string[] {
    const runs = [...(asked.get(tenant) ?? [])];
    asked.delete(tenant);
    return runs;
  }

  async function verifySome(tenant: string, runs: string[] | null): Promise<number> {
    if (closed) return 0;
    await settings.ready?.();
    const store = stores.open(tenant);
    const lease = { ms: leaseMs, at: settings.now().toISOString() };
    const leased = await store.leaseStale(settings.readers.workers, now(), runs, lease);
    const holder = { store, leaseMs, now: settings.now };
    await Promise.all(leased.map((one) => holding(one.artifact.id, holder, () => verifyOne(tenant, one))));
    return leased.length;
  }

  async function verifyOne(tenant: string, { artifact, attempts }: Leased): Promise<void> {
    const { id } = artifact;
    const write = async (change: (row: Readonly<Artifact>) => ArtifactChange) => {
      let isChanged = false;
      await stores.open(tenant).updateArtifact(id, (row) => {
        const changed = change(row);
        isChanged = changed !== null;
        return changed;
      });
      if (isChanged) done += 1;
    };
    const giveUp = async (failure: Failure) => {
      const { reading } = await stores.open(tenant).getReading(id);
      await write((row) =>
        isOutdated(row)
          ? finishVerifying(row, failure.reading, stamp())
          : giveUpVerifying(row, reading, trust(), failure.verifying, stamp()),
      );
    };
    try {
      if (attempts > MAX_ATTEMPTS) return await giveUp(GIVEN_UP);
      const reading = await readContent(settings, tenant, artifact, { first: false, signal });
      if (reading === LOST) return await giveUp(GONE);
      await write((row) => finishVerifying(row, reading, stamp())).catch((error) => {
        if (codeOf(error) !== 'run_full') throw error;
        const { kind, format, version } = reading;
        return giveUp({ verifying: WITHOUT_ROOM, reading: { ...NO_ROOM, kind, format, version } });
      });
    } catch (error) {
      // Deleted meanwhile, with its run.
      if (codeOf(error) === 'artifact_not_found') return;
      const store = stores.open(tenant);
      if (signal.aborted) return giveBack(id, { store, now: settings.now });
      warn(`The content of artifact ${id} was not verified again: ${reasonOf(error)}`, causeOf(error));
      await store.forgiveAttempt(id).catch(() => {});
    }
  }

  function stamp(): Stamp {
    return { id: settings.newId(), at: settings.now().toISOString(), request_id: settings.newId(), actor: 'verifier' };
  }

  function work(): void {
    again = true;
    if (closed) return;
    working ??= (async () => {
      while (again && !closed) {
        again = false;
        await sweep();
      }
    })()
      .catch((error) => warn(`Verifying again is paused: ${reasonOf(error)}`, causeOf(error)))
      .finally(() => {
        working = null;
        if (again && !closed) work();
      });
  }

  const timer = setInterval(work, settings.pollMs ?? POLL_MS).unref();
  work();
  return {
    asked(tenant, runId) {
      const runs = asked.get(tenant) ?? new Set();
      runs.delete(runId);
      runs.add(runId);
      const [oldest] = runs;
      if (runs.size > MAX_ASKED && oldest !== undefined) runs.delete(oldest);
      asked.set(tenant, runs);
      work();
    },
    changed() {
      done = 0;
      work();
    },
    progress: () => ({ done, running: working !== null }),
    async close() {
      closed = true;
      clearInterval(timer);
      if (working !== null) await endOrStop([working], settings.graceMs ?? GRACE_MS, stopping);
    },
  };
}
