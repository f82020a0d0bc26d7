import { expect, it } from 'vitest';
import { postgresStores } from '../../product-stores.ts';
import { evidenceContract } from '../contract/evidence.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { revisionsContract } from '../contract/revisions.ts';
import { runsContract } from '../contract/runs.ts';
import { newDatabase, sql } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  runsContract,
  revisionsContract,
  evidenceContract,
);

/**
 * Tables whose rows belong to a run and would stay when it is deleted. Events do, on purpose: they
 * are the record of what happened.
 */
const LEFT_BEHIND = `
  WITH RECURSIVE deleted (id) AS (
    SELECT 'runs'::regclass::oid
    UNION SELECT conrelid FROM pg_constraint JOIN deleted ON confrelid = deleted.id WHERE contype = 'f' AND confdeltype = 'c'
  )
  SELECT DISTINCT attrelid::regclass::text AS table FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
  WHERE attname IN ('run_id', 'artifact_id', 'pack_id') AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    AND attrelid NOT IN (SELECT id FROM deleted) AND relname <> 'events'`;

it('a run is deleted with the rows of every table that has a column for runs or what belongs to them', async () => {
  const options = await newDatabase();
  await (await postgresStores(options)).close();
  expect(await sql(options.url, LEFT_BEHIND)).toEqual([]);
  await sql(options.url, 'CREATE TABLE costs (tenant text, run_id text)');
  expect(await sql(options.url, LEFT_BEHIND)).toEqual([{ table: 'costs' }]);
  await sql(options.url, 'ALTER TABLE costs ADD FOREIGN KEY (tenant, run_id) REFERENCES runs (tenant, id)');
  expect(await sql(options.url, LEFT_BEHIND)).toEqual([{ table: 'costs' }]);
});
