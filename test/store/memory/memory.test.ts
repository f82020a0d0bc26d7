import { memoryStores } from '../../../src/store/memory/memory.ts';
import { CONTRACT_MAX_ARTIFACTS, storeContract } from '../contract.ts';

storeContract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }));
