import { expect, it } from 'vitest';
import { wrappedStores } from '../../src/start/wrapped-stores.ts';
import { memoryStores } from '../product-stores.ts';

it('the stores of each tenant are wrapped once, and everything else stays', async () => {
  const wrapped: string[] = [];
  const inner = memoryStores({ maxArtifactsPerRun: 10 });
  const stores = wrappedStores(inner, (own, tenant) => {
    wrapped.push(tenant);
    return { ...own };
  });
  const [a, b] = [stores.of('a'), stores.of('b')];
  expect(stores.of('a')).toBe(a);
  expect(b).not.toBe(a);
  expect(wrapped).toEqual(['a', 'b']);
  expect(stores.of('a').runs).toBe(inner.of('a').runs);
  expect([stores.kind, await stores.tenants()]).toEqual(['memory', ['a', 'b']]);
});
