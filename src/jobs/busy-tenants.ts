export type BusyTenants = {
  has(tenant: string): boolean;
  isAny(): boolean;
  begin(tenant: string): void;
  /** Wakes the reader for the tenant after `wakeMs`; null leaves that to the next poll. */
  end(tenant: string, wakeMs: number | null): void;
};

/** The tenants that are read in this process or rest. Whatever wakes the reader for them is late. */
export function busyTenants(wake: (tenant: string) => void): BusyTenants {
  const busy = new Set<string>();
  return {
    has: (tenant) => busy.has(tenant),
    isAny: () => busy.size > 0,
    begin: (tenant) => void busy.add(tenant),
    end(tenant, wakeMs) {
      const free = () => {
        busy.delete(tenant);
        if (wakeMs !== null) wake(tenant);
      };
      if (wakeMs === null || wakeMs === 0) free();
      else setTimeout(free, wakeMs).unref();
    },
  };
}
