import { postgresStores } from '../../product-stores.ts';
import { eventsContract, oldEventsContract } from '../contract/events.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { newDatabase } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  eventsContract,
  oldEventsContract,
);
