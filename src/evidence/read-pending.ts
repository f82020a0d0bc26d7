// Reads the content that waits to be read, whoever stored it and whenever.
import type { Artifact } from '../domain/artifact/artifact.ts';
import { MaestroError } from '../domain/errors.ts';
import { finishReading } from '../domain/evidence/evidence-changes.ts';
import { CONTENT_LOST, type Reading } from '../domain/evidence/reading.ts';
import type { MaestroStores } from '../store/store.ts';
import { findings, unreadable } from './bounded.ts';
import { fetchContent, type Source } from './fetch-content.ts';
import { giveBack, holding } from './lease.ts';
import type { Readers } from './readers.ts';
import { Unreadable } from './reading.ts';

/** Lease duration. A live process extends the lease; after a crash, others take over once it expires. */
const LEASE_MS = 60_000;

/** At the end of the process: small documents are finished in this time, the others are given back. */
const GRACE_MS = 2_000;

/** How often a process looks for what others have left. */
const POLL_MS = 10_000;

/** What has been begun so often was never finished because it ends the process. */
const MAX_ATTEMPTS = 5;

const LOOK_AGAIN_MS = 250;

export type PendingSettings = {
  stores: Pick<MaestroStores, 'open' | 'tenants'>;
  contentOf: Source['contentOf'];
  /** Rejects while the place for content is away, so that nothing is begun that would only fail. */
  ready?(): Promise<void>;
  readers: Readers;
  now(): Date;
  newId(): string;
  /** Messages with the same `about` are of the same cause. */
  warn(message: string, about?: string): void;
  leaseMs?: number;
  pollMs?: number;
  graceMs?: number;
};

export type PendingReadings = {
  /** Looks now whether a tenant has something that waits. */
  wake(tenant: string): void;
  /** Resolves when something was read here, at the latest after a quarter of a second or `ms`. */
  nextReading(ms: number): Promise<void>;
  /** Begins nothing more, and resolves when what was begun has ended: in two seconds, or given back to be read by another process. */
  close(): Promise<void>;
};

/** Reads what waits, now and whenever something comes, as much at a time as there are workers. */
export function readPending(settings: PendingSettings): PendingReadings {
  const { stores, readers, leaseMs = LEASE_MS } = settings;
  const tenants = new Set<string>();
  const running = new Set<Promise<void>>();
  const waiters = new Set<() => void>();
  const stopping = new AbortController();
  let looking: Promise<void> | null = null;
  let polling: Promise<void> | null = null;
  let lookAgain = false;
  let closed = false;

  async function lookAround(): Promise<void> {
    await settings.ready?.();
    do {
      lookAgain = false;
      // One of each tenant in turn, so that none waits for all of another's.
      for (const tenant of tenants) {
        // Whatever ends looks again.
        if (closed || running.size >= readers.workers) return;
        const lease = { ms: leaseMs, at: settings.now().toISOString() };
        const [leased] = await stores.open(tenant).leaseReadings(1, lease);
        if (leased !== undefined) begin(tenant, leased);
      }
    } while (lookAgain);
  }

  function begin(tenant: string, { artifact, attempts }: Leased): void {
    lookAgain = true;
    const holder = { store: stores.open(tenant), leaseMs, now: settings.now };
    const job = holding(artifact.id, holder, () =>
      readOne(settings, tenant, artifact, attempts, stopping.signal),
    ).finally(() => {
      running.delete(job);
      for (const wake of waiters) wake();
      look();
    });
    running.add(job);
  }

  function look(): void {
    lookAgain = true;
    if (closed) return;
    looking ??= lookAround()
      .catch((error) => {
        lookAgain = false;
        settings.warn(`Reading of evidence is paused: ${reasonOf(error)}`, causeOf(error));
      })
      .finally(() => {
        looking = null;
        // Somebody asked for it after the last look and before this.
        if (lookAgain && running.size < readers.workers) look();
      });
  }

  async function findTenants(): Promise<void> {
    try {
      for (const tenant of await stores.tenants()) tenants.add(tenant);
    } catch (error) {
      settings.warn(`Reading of evidence is paused: ${reasonOf(error)}`, causeOf(error));
    }
    look();
  }

  function poll(): void {
    polling ??= findTenants().finally(() => {
      polling = null;
    });
  }

  const timer = setInterval(poll, settings.pollMs ?? POLL_MS).unref();
  poll();
  return {
    wake(tenant) {
      tenants.add(tenant);
      look();
    },
    nextReading: (ms) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(over);
          waiters.delete(wake);
          resolve();
        };
        const over = setTimeout(wake, Math.min(ms, LOOK_AGAIN_MS));
        waiters.add(wake);
      }),
    async close() {
      closed = true;
      clearInterval(timer);
      await polling;
      await looking;
      await endOrStop([...running], settings.graceMs ?? GRACE_MS, stopping);
    },
  };
}

/** Resolves when all of `jobs` have ended; stops those that take longer than `graceMs`. */
export async function endOrStop(
  jobs: readonly Promise<void>[],
  graceMs: number,
  stopping: AbortController,
): Promise<void> {
  const timer = setTimeout(() => stopping.abort(new Error('The process stops')), graceMs);
  await Promise.allSettled(jobs);
  clearTimeout(timer);
}

type Leased = { artifact: Readonly<Artifact>; attempts: number };

async function readOne(
  settings: PendingSettings,
  tenant: string,
  artifact: Readonly<Artifact>,
  attempts: number,
  signal: AbortSignal,
) {
  const store = settings.stores.open(tenant);
  try {
    const how = { first: true, signal };
    const reading = attempts > MAX_ATTEMPTS ? READ_TOO_OFTEN : await readContent(settings, tenant, artifact, how);
    await keep(settings, tenant, artifact.id, reading);
  } catch (error) {
    if (signal.aborted) return giveBack(artifact.id, { store, now: settings.now });
    // It waits until its lease ends, and is read then, however often that takes: it is not what ended the process.
    settings.warn(`The content of artifact ${artifact.id} was not read: ${reasonOf(error)}`, causeOf(error));
    await store.forgiveAttempt(artifact.id).catch(() => {});
  }
}

const failed = (code: string, message: string) => unreadable(new Unreadable(code, message), findings());

/** What is kept of a document that was begun too often, of one whose bytes are gone, and of one that finds no room in its run. */
export const READ_TOO_OFTEN = failed('reader_failed', `It was begun ${MAX_ATTEMPTS} times and never came to an end`);
export const LOST = failed(CONTENT_LOST, 'Its bytes are damaged or gone where they were stored');
export const NO_ROOM = failed('run_full', 'The run has no room for what it says');

async function keep({ stores, now, newId }: PendingSettings, tenant: string, id: string, reading: Reading) {
  const stamp = { id: newId(), at: now().toISOString(), request_id: newId(), actor: 'reader' };
  const write = (one: Reading) => stores.open(tenant).updateArtifact(id, (row) => finishReading(row, one, stamp));
  try {
    await write(reading);
  } catch (error) {
    const { code } = error as { code?: unknown };
    // Deleted meanwhile, with its run.
    if (code === 'artifact_not_found') return;
    if (code !== 'run_full') throw error;
    const { kind, format, version } = reading;
    await write({ ...NO_ROOM, kind, format, version });
  }
}

/** What the content of an artifact is. Rejects where its bytes cannot be had now, and where `signal` is aborted. */
export async function readContent(
  settings: Pick<PendingSettings, 'readers' | 'contentOf'>,
  tenant: string,
  { content }: Readonly<Artifact>,
  { first, signal }: { first: boolean; signal: AbortSignal },
): Promise<Reading> {
  if (content === null) return LOST;
  const { size, digests, stored_at: receivedAt } = content;
  const bytes = await fetchContent(settings, tenant, content, signal);
  if (bytes === null) return LOST;
  const reading = await settings.readers.read(bytes, { first, receivedAt, signal });
  return reading.facts?.kind === 'opaque' ? { ...reading, facts: { ...reading.facts, size, digests } } : reading;
}

/** What failures of the place or of the store have in common, whatever they were about; nothing of others. */
export function causeOf(error: unknown): string | undefined {
  return error instanceof MaestroError ? error.code : undefined;
}

/** Why something failed, in words. */
export function reasonOf(error: unknown): string {
  // A dependency may throw anything. If this function threw, that would be an unhandled rejection.
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
