/** Of each tenant the latest runs are remembered; the others are verified in their turn. */
const MAX_ASKED = 1_000;

/** The runs whose gate was asked while something of them was stale: they are verified before the others. */
export function askedRuns() {
  const asked = new Map<string, Set<string>>();
  return {
    add(tenant: string, runId: string): void {
      const runs = asked.get(tenant) ?? new Set();
      runs.delete(runId);
      runs.add(runId);
      const [oldest] = runs;
      if (runs.size > MAX_ASKED && oldest !== undefined) runs.delete(oldest);
      asked.set(tenant, runs);
    },
    /** The ids of a tenant's runs, the one asked about last at the end. They are forgotten here. */
    take(tenant: string): string[] {
      const runs = [...(asked.get(tenant) ?? [])];
      asked.delete(tenant);
      return runs;
    },
  };
}
