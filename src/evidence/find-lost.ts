// Finds content that was not there when it was read, and is there now, and has it read again: a folder may not have been mounted, or a
// backup may have been restored since.
import type { Artifact } from '../domain/artifact/artifact.ts';
import type { Stamp } from '../domain/event/event.ts';
import { readAgain } from '../domain/evidence/evidence-changes.ts';
import { isLost } from '../domain/evidence/reading.ts';
import { fetchContent } from './fetch-content.ts';
import { causeOf, type PendingSettings, reasonOf } from './read-pending.ts';

const POLL_MS = 60_000;
const PAGE = 50;

/** Bytes fetched in vain, for content that is still lost, before the job waits for the next poll. */
const MAX_FETCHED_BYTES = 64 * 1024 * 1024;

export type LostSettings = Omit<PendingSettings, 'leaseMs'> & {
  /** Told that something of a tenant waits to be read again. */
  wake(tenant: string): void;
};

export type LostReadings = {
  /** Looks now, as the place for content is back. */
  look(): void;
  /** Begins nothing more, and resolves when what was begun has ended. */
  close(): Promise<void>;
};

/** Looks for such content now and then. */
export function findLost(settings: LostSettings): LostReadings {
  const { stores, warn } = settings;
  const lookedTo = new Map<string, string>();
  const stopping = new AbortController();
  let looking: Promise<void> | null = null;
  let closed = false;

  async function lookAround(): Promise<void> {
    for (const tenant of await stores.tenants()) {
      // Looked up first, so that it costs nothing where nothing was lost.
      if ((await stores.open(tenant).lostReadings('', 1)).length === 0) continue;
      await settings.ready?.();
      await lookThrough(tenant);
    }
  }

  /** From where the last look ended to the last of them, unless too much is fetched for nothing. */
  async function lookThrough(tenant: string): Promise<void> {
    let fetched = 0;
    while (!closed) {
      const page = await stores.open(tenant).lostReadings(lookedTo.get(tenant) ?? '', PAGE);
      for (const artifact of page) {
        if (closed) return;
        lookedTo.set(tenant, artifact.id);
        if (await isThere(tenant, artifact)) await startAgain(tenant, artifact.id);
        else fetched += Math.min(artifact.content?.size ?? 0, settings.readers.maxBytes);
        if (fetched > MAX_FETCHED_BYTES) return;
      }
      if (page.length < PAGE) {
        lookedTo.delete(tenant);
        return;
      }
    }
  }

  async function isThere(tenant: string, { content }: Readonly<Artifact>): Promise<boolean> {
    return content !== null && (await fetchContent(settings, tenant, content, stopping.signal)) !== null;
  }

  async function startAgain(tenant: string, id: string): Promise<void> {
    const store = stores.open(tenant);
    const { reading } = await store.getReading(id);
    if (reading === null || !isLost(reading)) return;
    await store.updateArtifact(id, (row) => readAgain(row, stamp()));
    settings.wake(tenant);
  }

  function stamp(): Stamp {
    return { id: settings.newId(), at: settings.now().toISOString(), request_id: settings.newId(), actor: 'reader' };
  }

  function look(): void {
    if (closed) return;
    looking ??= lookAround()
      .catch((error) => {
        if (!closed) warn(`What was lost was not looked for: ${reasonOf(error)}`, causeOf(error));
      })
      .finally(() => {
        looking = null;
      });
  }

  const timer = setInterval(look, settings.pollMs ?? POLL_MS).unref();
  look();
  return {
    look,
    async close() {
      closed = true;
      clearInterval(timer);
      stopping.abort(new Error('The process stops'));
      await looking;
    },
  };
}
