import { expect, it } from 'vitest';
import { revokeToken } from '../../../src/auth/change-token.ts';
import { newToken, stampAt } from '../../auth/tokens.ts';
import { postgresStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { tokensContract } from '../contract/tokens.ts';
import { newDatabase, sql } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  tokensContract,
);

it('a revocation by one process is seen at once by another', async () => {
  const options = await newDatabase();
  const [one, other] = [await postgresStores(options), await postgresStores(options)];
  const { token, event } = newToken();
  await one.of('acme').tokens.create(token, event);
  expect(await other.instance.signIn.token(token.id)).toEqual({ tenant: 'acme', token });
  await one.of('acme').tokens.update(token.id, (current) => revokeToken(current, stampAt()));
  expect((await other.instance.signIn.token(token.id))?.token.revoked_at).toBe(stampAt().at);
  await Promise.all([one.close(), other.close()]);
});

it('the text of a token is nowhere in the database', async () => {
  const options = await newDatabase();
  const stores = await postgresStores(options);
  const { token, event, text } = newToken();
  await stores.of('acme').tokens.create(token, event);
  const rows = await sql<{ row: string }>(
    options.url,
    'SELECT tokens::text AS row FROM tokens UNION ALL SELECT events::text FROM events',
  );
  expect(rows).toHaveLength(2);
  const all = rows.map(({ row }) => row).join('\n');
  expect(all).not.toContain(text);
  expect(all).not.toContain(text.slice(36, 79));
  expect(rows.filter(({ row }) => row.includes(token.digest))).toHaveLength(1);
  await stores.close();
});
