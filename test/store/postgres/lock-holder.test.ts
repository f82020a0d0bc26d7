import pg from 'pg';
import { expect, it } from 'vitest';
import { type Holder, holderOf, inWords, isWorking } from '../../../src/store/postgres/lock-holder.ts';
import { newDatabase } from '../database.ts';

const KEY = 0x4d53544d;
const holder: Holder = { pid: 7, name: 'maestro', address: null, state: 'active', waits: null, doing: '' };

it('who holds a lock is found in its own database alone, and said in words', async () => {
  const [{ url }, { url: otherUrl }] = [await newDatabase(), await newDatabase()];
  const holding = new pg.Client({ connectionString: url, application_name: 'the holder' });
  const looking = new pg.Client(url);
  const elsewhere = new pg.Client(otherUrl);
  for (const client of [holding, looking, elsewhere]) await client.connect();
  expect(await holderOf(looking, KEY)).toBeNull();
  const { rows } = await holding.query('SELECT pg_advisory_lock($1), pg_backend_pid() AS pid', [KEY]);
  expect(await holderOf(elsewhere, KEY)).toBeNull();
  const found = await holderOf(looking, KEY);
  expect(inWords(found)).toBe(`session ${rows[0].pid} (the holder from 127.0.0.1, idle)`);
  expect(found !== null && isWorking(found)).toBe(false);
  await holding.query('SELECT 1');
  expect((await holderOf(looking, KEY))?.doing).not.toBe(found?.doing);
  for (const client of [holding, looking, elsewhere]) await client.end();
});

it.each([
  [holder, true],
  [{ ...holder, waits: 'IO' }, true],
  [{ ...holder, waits: 'Lock' }, false],
  [{ ...holder, waits: 'Timeout' }, false],
  [{ ...holder, state: 'idle in transaction', waits: 'Client' }, false],
  [{ ...holder, state: null }, false],
])('a session like %j is at work: %s', (one, expected) => {
  expect(isWorking(one)).toBe(expected);
});

it('a session of which little may be seen is still named', () => {
  expect(inWords(null)).toBe('another session');
  expect(inWords({ ...holder, name: '', state: null })).toBe('session 7 (unnamed, of another role)');
});
