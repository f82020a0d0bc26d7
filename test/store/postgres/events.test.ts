import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stores } from '../../../src/start/stores.ts';
import { postgresStores } from '../../product-stores.ts';
import { eventsContract, oldEventsContract } from '../contract/events.ts';
import { CONTRACT_MAX_ARTIFACTS, contract, MIB } from '../contract/kit.ts';
import { newDatabase, sql } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  eventsContract,
  oldEventsContract,
);

describe('a batch of events', () => {
  let stores: Stores;
  let url: string;
  beforeAll(async () => {
    const options = await newDatabase();
    url = options.url;
    stores = await postgresStores(options);
  });
  afterAll(() => stores.close());

  /** Records an event of each size in MiB. They compress well, which must not matter. */
  const record = (tenant: string, sizes: readonly number[]) =>
    sql(
      url,
      `SELECT record_event('${tenant}', NULL, json_build_object('id', place::text, 'text', repeat('x', (size * ${MIB})::int)))
       FROM unnest(ARRAY[${sizes.join(', ')}]) WITH ORDINALITY AS given (size, place)`,
    );

  /** The ids in each batch up to the first empty one. */
  async function batches(tenant: string, limit: number): Promise<string[][]> {
    const found: string[][] = [];
    for (let cursor: string | null = null; ; ) {
      const batch = await stores.of(tenant).events.after(cursor, limit);
      if (batch.events.length === 0) return found;
      expect(batch.cursors).toHaveLength(batch.events.length);
      expect(batch.cursors.at(-1)).toBe(batch.cursor);
      found.push(batch.events.map(({ id }) => id));
      cursor = batch.cursor;
    }
  }

  it('ends at 8 MiB, and the next one goes on from there', async () => {
    await record('big', [3, 3, 1.5, 3, 1, 1, 1, 1, 1]);
    expect(await batches('big', 1_000)).toEqual([['1', '2', '3'], ['4', '5', '6', '7', '8'], ['9']]);
    expect(await batches('big', 2)).toEqual([['1', '2'], ['3', '4'], ['5', '6'], ['7', '8'], ['9']]);
  });

  it('holds an event that is bigger than that alone', async () => {
    await record('huge', [1, 9, 1, 9]);
    expect(await batches('huge', 1_000)).toEqual([['1'], ['2'], ['3'], ['4']]);
  });
});
