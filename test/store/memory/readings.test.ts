import { memoryStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { leasesContract } from '../contract/leases.ts';
import { lostContentContract } from '../contract/lost-content.ts';
import { readingsContract } from '../contract/readings.ts';

contract(
  'memory',
  async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  readingsContract,
  leasesContract,
  lostContentContract,
);
