import { expect, it } from 'vitest';
import { counted } from '../../../src/store/postgres/reading-progress.ts';
import { postgresStores } from '../../product-stores.ts';
import { jobProgressContract } from '../contract/job-progress.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { newDatabase } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  jobProgressContract,
);

it('a count without a row is an error, and not a count of nothing', () => {
  expect(() => counted([])).toThrow('A count has no row');
});
