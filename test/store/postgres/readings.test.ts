import { postgresStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { leasesContract } from '../contract/leases.ts';
import { lostContentContract } from '../contract/lost-content.ts';
import { readingsContract } from '../contract/readings.ts';
import { newDatabase } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  readingsContract,
  leasesContract,
  lostContentContract,
);
