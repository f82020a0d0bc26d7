import { memoryStores } from '../../product-stores.ts';
import { evidenceContract } from '../contract/evidence.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { revisionsContract } from '../contract/revisions.ts';
import { runsContract } from '../contract/runs.ts';

contract(
  'memory',
  async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  runsContract,
  revisionsContract,
  evidenceContract,
);
