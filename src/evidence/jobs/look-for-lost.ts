// Passes over the content that was recorded as lost: what is there again is read again.
import type { Artifact } from '../../domain/artifact/artifact.ts';
import { readAgain } from '../../domain/evidence/evidence-changes.ts';
import { isLost } from '../../domain/evidence/reading.ts';
import { MAX_COUNTED } from '../../jobs/job.ts';
import type { Failure, Item, Leases, Work } from '../../jobs/work.ts';
import { fetchContent } from './fetch-content.ts';
import { type JobSettings, stampBy } from './settings.ts';

const PAGE = 50;

/**
 * Bytes fetched in vain, for content that is still lost, before the job waits for the next poll.
 */
const MAX_FETCHED_BYTES = 64 * 1024 * 1024;

export type LostSettings = Omit<JobSettings, 'leaseMs'> & {
  /** Called when content of a tenant waits to be read again. */
  wake(tenant: string): void;
};

/** A pass over what a tenant has lost. */
type Pass = {
  /** What is looked at next, and whether nothing comes after it. */
  page: Readonly<Artifact>[];
  isLastPage: boolean;
  fetchedInVain: number;
  hasFailed: boolean;
};

type Search = {
  /** The artifact that was looked at last: the next pass continues after it. */
  lookedTo: string;
  /** Null between two passes. */
  pass: Pass | null;
  running: boolean;
  failure: Failure | null;
};

type Lost = Item & { readonly artifact: Readonly<Artifact>; readonly search: Search };

/** Looks at one lost content after the other, from where the last pass ended. */
export function lookingWork(settings: LostSettings): Work<Lost> {
  const { stores } = settings;
  const searches = new Map<string, Search>();
  const searchOf = (tenant: string) => {
    const search = searches.get(tenant) ?? { lookedTo: '', pass: null, running: false, failure: null };
    searches.set(tenant, search);
    return search;
  };
  return {
    name: 'find_lost_content',
    places: 1,
    tenants: () => stores.tenants(),
    lease: (tenant) => nextLost(settings, tenant, searchOf(tenant)),
    act: (tenant, lost, signal) => lookAt(settings, tenant, lost, signal),
    giveUp: async () => {},
    leases: NO_LEASES,
    async waiting(tenant) {
      const { running, failure } = searchOf(tenant);
      return {
        waiting: await stores.of(tenant).readings.countLost(MAX_COUNTED),
        oldest_waiting_at: null,
        running: running ? 1 : 0,
        failed: failure === null ? 0 : 1,
        last_failure: failure,
      };
    },
    pausedInWords: notLooked,
    failedInWords: (_lost, reason) => notLooked(reason),
  };
}

const notLooked = (reason: string) => `What was lost was not looked for: ${reason}`;

// Two processes may look at the same content: the first to find it has it read again. After a
// failure nothing more is fetched before the next poll.
const NO_LEASES: Leases<Lost> = {
  extend: async () => {},
  refund: async () => {},
  async fail(_tenant, { search }, failure) {
    search.failure = failure;
    if (search.pass !== null) search.pass.hasFailed = true;
  },
};

/** The pass ends after the last one, after a failure, and where too much is fetched in vain. */
async function nextLost(settings: LostSettings, tenant: string, search: Search): Promise<Lost | undefined> {
  search.pass ??= await newPass(settings, tenant);
  const { pass } = search;
  if (pass === null) return undefined;
  const isOver = pass.hasFailed || pass.fetchedInVain > MAX_FETCHED_BYTES;
  if (!isOver && pass.page.length === 0 && !pass.isLastPage) {
    pass.page = [...(await settings.stores.of(tenant).readings.lost(search.lookedTo, PAGE))];
    pass.isLastPage = pass.page.length < PAGE;
  }
  const artifact = isOver ? undefined : pass.page.shift();
  if (artifact !== undefined) {
    search.lookedTo = artifact.id;
    return { artifact, search, attempts: 1, failures: 0 };
  }
  if (!isOver) search.lookedTo = '';
  search.pass = null;
  return undefined;
}

/** Null where nothing was lost: then the content store is not asked whether it is ready. */
async function newPass({ stores, ready }: LostSettings, tenant: string): Promise<Pass | null> {
  if ((await stores.of(tenant).readings.lost('', 1)).length === 0) return null;
  await ready?.();
  return { page: [], isLastPage: false, fetchedInVain: 0, hasFailed: false };
}

async function lookAt(
  settings: LostSettings,
  tenant: string,
  { artifact, search }: Lost,
  signal: AbortSignal,
): Promise<void> {
  const { content } = artifact;
  search.running = true;
  try {
    const isThere = content !== null && (await fetchContent(settings, tenant, content, signal)) !== null;
    if (isThere) await startAgain(settings, tenant, artifact.id);
    else if (search.pass !== null) search.pass.fetchedInVain += Math.min(content?.size ?? 0, settings.readers.maxBytes);
    search.failure = null;
  } finally {
    search.running = false;
  }
}

async function startAgain(settings: LostSettings, tenant: string, id: string): Promise<void> {
  const store = settings.stores.of(tenant);
  const { reading } = await store.readings.get(id);
  if (reading === null || !isLost(reading)) return;
  await store.artifacts.update(id, (row) => readAgain(row, stampBy(settings, 'reader')));
  settings.wake(tenant);
}
