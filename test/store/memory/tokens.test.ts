import { expect, it } from 'vitest';
import { newToken } from '../../auth/tokens.ts';
import { memoryStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { tokensContract } from '../contract/tokens.ts';

contract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }), tokensContract);

it('a token of one opening of the stores is unknown to another', async () => {
  const [one, other] = [memoryStores({ maxArtifactsPerRun: 1 }), memoryStores({ maxArtifactsPerRun: 1 })];
  const { token, event } = newToken();
  await one.of('default').tokens.create(token, event);
  expect(await one.instance.signIn.token(token.id)).toEqual({ tenant: 'default', token });
  expect(await other.instance.signIn.token(token.id)).toBeNull();
});
