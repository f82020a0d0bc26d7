// What is verified again next: first the runs that a caller asked about, then unfinished runs, then
// the others.
import { READER_NUMBER } from '../../domain/evidence/reader.ts';
import type { Turn, Work } from '../../jobs/work.ts';
import type { Current, Leased } from '../store.ts';
import type { askedRuns } from './asked-runs.ts';
import type { StaleSettings } from './verify-leased.ts';

/** How many runs are listed at a time. */
const PAGE = 200;

type Asked = Pick<ReturnType<typeof askedRuns>, 'take'>;

/** How far a tenant has been searched. */
type Search = {
  /** The runs that a caller asked about and in which something may be stale. */
  asked: string[];
  /** The pages of unfinished runs that are still to be searched; null before a pass. */
  pages: AsyncGenerator<string[]> | null;
  /** The runs that are being searched; null stands for all runs of the tenant. */
  runs: string[] | null;
};

export type NextStale = {
  readonly lease: Work<Leased>['lease'];
  /** Searches all tenants from the start, because something else is stale now. */
  restart(): void;
};

export function nextStale(settings: StaleSettings, asked: Asked): NextStale {
  const searches = new Map<string, Search>();
  return {
    async lease(tenant, turn) {
      const search = searches.get(tenant) ?? { asked: [], pages: null, runs: [] };
      searches.set(tenant, search);
      const one =
        (await nextAsked(settings, tenant, search, asked, turn)) ?? (await nextOf(settings, tenant, search, turn));
      if (one === undefined && searches.get(tenant) === search) searches.delete(tenant);
      return one;
    },
    restart() {
      for (const search of searches.values()) search.pages = null;
    },
  };
}

// A caller waits for these: they come before all others, each time before more is leased.
async function nextAsked(
  settings: StaleSettings,
  tenant: string,
  search: Search,
  asked: Asked,
  turn: Turn,
): Promise<Leased | undefined> {
  search.asked = [...new Set([...search.asked, ...asked.take(tenant)])];
  while (search.asked.length > 0) {
    const leased = await leaseOne(settings, tenant, search.asked, turn);
    if (leased !== undefined || turn.isClosed()) return leased;
    search.asked = asked.take(tenant);
  }
  return undefined;
}

async function nextOf(
  settings: StaleSettings,
  tenant: string,
  search: Search,
  turn: Turn,
): Promise<Leased | undefined> {
  if (search.pages === null) {
    // Counted first: where nothing is stale, the content store is not asked whether it is ready.
    if ((await settings.stores.of(tenant).readings.countStale(current(settings), 1)) === 0) return undefined;
    search.pages = unfinishedRuns(settings, tenant);
    search.runs = [];
  }
  while (!turn.isClosed()) {
    const { pages, runs } = search;
    if (runs === null || runs.length > 0) {
      const leased = await leaseOne(settings, tenant, runs, turn);
      if (leased !== undefined || runs === null) return leased;
    }
    const page = await pages?.next();
    search.runs = page === undefined || page.done === true ? null : page.value;
  }
  return undefined;
}

async function* unfinishedRuns({ stores }: StaleSettings, tenant: string): AsyncGenerator<string[], undefined> {
  for (const status of ['running', 'pending'] as const) {
    let cursor: string | null = null;
    do {
      const page = await stores.of(tenant).runs.list({ status }, { limit: PAGE, cursor });
      yield page.rows.map(({ id }) => id);
      cursor = page.next;
    } while (cursor !== null);
  }
}

async function leaseOne(
  settings: StaleSettings,
  tenant: string,
  runs: string[] | null,
  { leaseMs }: Turn,
): Promise<Leased | undefined> {
  await settings.ready?.();
  const { readings } = settings.stores.of(tenant);
  const [leased] = await readings.leaseStale(1, current(settings), runs, leaseMs);
  return leased;
}

function current({ trust }: StaleSettings): Current {
  const { digest, since } = trust();
  return { reader: READER_NUMBER, digest, since };
}
