import type { MaestroStores } from '../store/store.ts';

/** The same stores, with those of each tenant as `wrap` returns them. It is called once for each. */
export function wrappedStores<Tenant extends object>(
  stores: MaestroStores<Tenant>,
  wrap: (inner: Tenant, tenant: string) => Tenant,
): MaestroStores<Tenant> {
  const opened = new Map<string, Tenant>();
  return {
    ...stores,
    of(tenant) {
      const known = opened.get(tenant) ?? wrap(stores.of(tenant), tenant);
      opened.set(tenant, known);
      return known;
    },
  };
}
