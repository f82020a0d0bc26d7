import { describe, expect, it } from 'vitest';
import { madeStores, withStores } from '../../src/store/make-stores.ts';

describe('the stores of capabilities', () => {
  const core = { runs: { count: () => 1 } };

  it('of a tenant are those of the core and one of each maker, which is told what the driver knows', () => {
    const stores = withStores(core, { notes: (tenant: string) => ({ of: () => tenant }) }, 'tenant-1');
    expect(Object.keys(stores)).toEqual(['runs', 'notes']);
    expect([stores.runs.count(), stores.notes.of()]).toEqual([1, 'tenant-1']);
  });

  it('of no tenant are those of the makers alone', () => {
    expect(madeStores({ notes: (known: string) => ({ known }) }, 'instance')).toEqual({ notes: { known: 'instance' } });
  });

  it('are refused where a store of the core has that name', () => {
    expect(() => withStores(core, { runs: () => ({ count: () => 2 }) }, null)).toThrow(
      'The store runs is declared twice',
    );
  });
});
