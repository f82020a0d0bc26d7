// The stores of capabilities: those of a tenant, made by what a driver knows of the tenant, and those
// of all tenants together.

/** By the name of each store, what makes it. */
export type Makers<Stores extends object, Known> = {
  readonly [Name in keyof Stores]: (known: Known) => Stores[Name];
};

/** Adds a store for each maker to `core`. Throws where the name of a store is taken. */
export function withStores<Core extends object, Stores extends object, Known>(
  core: Core,
  makers: Makers<Stores, Known>,
  known: Known,
): Core & Stores {
  const made = {} as Stores;
  for (const name in makers) {
    if (name in core) throw new Error(`The store ${name} is declared twice`);
    made[name] = makers[name](known);
  }
  return { ...core, ...made };
}

/** The stores that `makers` make. */
export function madeStores<Stores extends object, Known>(makers: Makers<Stores, Known>, known: Known): Stores {
  return withStores({}, makers, known);
}
