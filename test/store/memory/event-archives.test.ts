import { memoryStores } from '../../product-stores.ts';
import { eventArchivesContract } from '../contract/event-archives.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';

contract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }), eventArchivesContract);
