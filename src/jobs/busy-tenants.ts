export type BusyTenants = {
  has(tenant: string): boolean;
  isAny(): boolean;
  begin(tenant: string): void;
  /** Wakes the reader for the tenant after `wakeMs`; null leaves that to the next poll. */
  end(tenant: string, wakeMs: number | null): void;
  /** A poll begins: the tenants that were left to it are free. */
  polled(): void;
};

/**
 * The tenants that are read in this process, rest, or wait for the next poll. Whatever wakes the
 * reader for them is late. If a tenant whose log cannot be read were free at once, the tenants that
 * wait for a place would take turns without a pause.
 */
export function busyTenants(wake: (tenant: string) => void): BusyTenants {
  const busy = new Set<string>();
  const left = new Set<string>();
  return {
    has: (tenant) => busy.has(tenant),
    isAny: () => busy.size > 0,
    begin: (tenant) => void busy.add(tenant),
    end(tenant, wakeMs) {
      const free = () => {
        busy.delete(tenant);
        if (wakeMs !== null) wake(tenant);
      };
      if (wakeMs === null) left.add(tenant);
      else if (wakeMs === 0) free();
      else setTimeout(free, wakeMs).unref();
    },
    polled() {
      for (const tenant of left) busy.delete(tenant);
      left.clear();
    },
  };
}

/**
 * `ask`, or no tenants where it was asked less than `restMs` ago and some are being read: those go
 * on by themselves, and others wait no longer than a tenant rests.
 */
export function askedSeldom(
  busy: BusyTenants,
  restMs: number,
  ask: () => Promise<readonly string[]>,
): () => Promise<readonly string[]> {
  let askedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = performance.now();
    if (busy.isAny() && now - askedAt < restMs) return [];
    askedAt = now;
    busy.polled();
    return ask();
  };
}
