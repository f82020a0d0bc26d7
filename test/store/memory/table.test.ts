import { memoryStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { listsContract } from '../contract/lists.ts';

contract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }), listsContract);
