import { memoryStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { otherReadersContract } from '../contract/other-readers.ts';
import { staleLeasesContract } from '../contract/stale-leases.ts';
import { verificationsContract } from '../contract/verifications.ts';

contract(
  'memory',
  async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  verificationsContract,
  staleLeasesContract,
  otherReadersContract,
);
