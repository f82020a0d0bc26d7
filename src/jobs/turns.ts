/** The tenants that may have something waiting, each in its turn. */
export type Turns = {
  /** Puts a tenant at the end, unless it has a turn already. */
  add(tenant: string): void;
  /** The tenant whose turn it is. It has no further turn until it is added again. */
  next(): string | undefined;
};

export function newTurns(): Turns {
  const tenants = new Set<string>();
  return {
    add(tenant) {
      tenants.add(tenant);
    },
    next() {
      const [first] = tenants;
      if (first !== undefined) tenants.delete(first);
      return first;
    },
  };
}
