import { postgresStores } from '../../product-stores.ts';
import { eventArchivesContract } from '../contract/event-archives.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { newDatabase } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  eventArchivesContract,
);
