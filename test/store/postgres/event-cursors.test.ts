import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stores } from '../../../src/start/stores.ts';
import { postgresStores } from '../../product-stores.ts';
import { eventCursorsContract } from '../contract/event-cursors.ts';
import { addRun, CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { newDatabase } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  eventCursorsContract,
);

describe('cursors on PostgreSQL', () => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await postgresStores(await newDatabase());
  });
  afterAll(() => stores.close());

  const HOUR_MS = 3_600_000;
  const clock = (offsetMs: number) => new Date(Date.now() + offsetMs).toISOString();

  it.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])(
    'are leased by the clock of the server: one whose clock is an hour %s takes none, and loses none',
    async (_way, offset) => {
      const { cursors, events } = stores.of(`tenant ${offset}`);
      await addRun(stores.of(`tenant ${offset}`));
      const turn = await cursors.take('reader', { holder: 'a', ms: 60_000, at: clock(0) });
      expect(turn.kind).toBe('turn');
      expect(await cursors.take('reader', { holder: 'b', ms: 60_000, at: clock(offset) })).toEqual({
        kind: 'not_free',
      });
      const { cursor } = await events.after(null, 10);
      expect(await cursors.advance('reader', cursor, { holder: 'a', ms: 60_000, at: clock(offset) })).toBe(true);
      const { advanced_at } = await cursors.progress('reader', 10);
      expect(Math.abs(Date.parse(advanced_at ?? '') - Date.now())).toBeLessThan(HOUR_MS / 2);
    },
  );

  it('are not written where nothing waits or another holds them', async () => {
    const tenant = stores.of('idle');
    const lease = (holder: string) => ({ holder, ms: 60_000, at: clock(0) });
    expect(await tenant.cursors.take('reader', lease('a'))).toEqual({ kind: 'nothing_new' });
    expect((await tenant.cursors.progress('reader', 1)).is_held).toBe(false);
    await addRun(tenant);
    await tenant.cursors.take('reader', lease('a'));
    expect(await tenant.cursors.take('reader', lease('b'))).toEqual({ kind: 'not_free' });
    expect(await tenant.cursors.extend('reader', lease('b'))).toBe(false);
    expect(await tenant.cursors.extend('reader', lease('a'))).toBe(true);
  });
});
