import { memoryStores } from '../../product-stores.ts';
import { eventsContract } from '../contract/events.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';

contract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }), eventsContract);
