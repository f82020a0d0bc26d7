import { memoryStores } from '../../product-stores.ts';
import { eventCursorsContract } from '../contract/event-cursors.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';

contract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }), eventCursorsContract);
