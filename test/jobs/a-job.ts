// A job on items that have names, whose store rejects every change of a lease.
import type { Item, Work } from '../../src/jobs/work.ts';

export const AT = '2026-01-31T10:00:00.000Z';

export type Named = Item & { readonly name: string };

export const item = (name: string): Named => ({ name, attempts: 1, failures: 0 });

export const NOTHING = { waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };

/** A job that keeps a list of what is called. */
export function aJob(changes: Partial<Work<Named>> = {}) {
  const calls: unknown[][] = [];
  const called =
    (name: string) =>
    async (tenant: string, { name: of }: Named, ...more: unknown[]) => {
      calls.push([name, tenant, of, ...more]);
      throw new Error('the store is away');
    };
  const work: Work<Named> = {
    name: 'a_job',
    places: 1,
    tenants: async () => [],
    lease: async () => undefined,
    act: async (tenant, { name }) => void calls.push(['act', tenant, name]),
    giveUp: async (tenant, { name }) => void calls.push(['giveUp', tenant, name]),
    leases: { extend: called('extend'), refund: called('refund'), fail: called('fail') },
    waiting: async () => NOTHING,
    pausedInWords: (reason) => `paused: ${reason}`,
    failedInWords: ({ name }, reason) => `${name} failed: ${reason}`,
    ...changes,
  };
  return { work, calls };
}

/** A job whose items wait in lists, by tenant; each is leased once. */
export function aQueue(waiting: Record<string, string[]>, changes: Partial<Work<Named>> = {}) {
  return aJob({
    tenants: async () => Object.keys(waiting),
    async lease(tenant) {
      const name = waiting[tenant]?.shift();
      return name === undefined ? undefined : item(name);
    },
    ...changes,
  });
}
