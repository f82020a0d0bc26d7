import { memoryStores } from '../../product-stores.ts';
import { contentPlaceContract } from '../contract/content-place.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { tenantsContract } from '../contract/tenants.ts';

contract(
  'memory',
  async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  tenantsContract,
  contentPlaceContract,
);
