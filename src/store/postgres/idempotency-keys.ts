// Idempotency keys in PostgreSQL: claimed first and remembered last, in the transaction that writes
// the row.
import type { z } from 'zod';
import { MaestroError } from '../../domain/errors.ts';
import { type IdempotencyKey, rememberedSince, replayed } from '../../domain/idempotency.ts';
import { rowText } from '../../json/row-text.ts';
import type { Query } from './pool.ts';
import { type Body, rowOf } from './rows.ts';
import { owns } from './statements.ts';

const CLAIM_KEY = owns(
  'claim_key',
  'SELECT known_fingerprint AS fingerprint, known_body::text AS body FROM claim_key($1)',
);
const REMEMBER = owns('remember', 'UPDATE idempotency_keys SET body = $3 WHERE tenant = $1 AND scope = $2');

/**
 * The row that `create` makes in the transaction of `query`, or made when the key was first used.
 */
export async function rowOnce<Row extends object>(
  query: Query,
  tenant: string,
  key: IdempotencyKey | null | undefined,
  schema: z.ZodType,
  create: () => Promise<Row>,
): Promise<Readonly<Row>> {
  if (key === null || key === undefined) return create();
  const claim = JSON.stringify({ ...key, since: rememberedSince(key.at), tenant });
  const [known] = await query<Body & { fingerprint: string }>(CLAIM_KEY, [claim]).catch(inUse);
  if (known !== undefined) return replayed<Row>({ fingerprint: known.fingerprint, row: rowOf(known.body) }, key);
  const row = await create();
  await query(REMEMBER, [tenant, key.scope, rowText(schema, row)]);
  return row;
}

const TIMED_OUT = ['55P03', '57014'];

// A transaction that waits for a key waits for the request that holds it.
function inUse(error: unknown): never {
  const { cause } = error as { cause?: { code?: string } };
  if (!TIMED_OUT.includes(cause?.code ?? '')) throw error;
  throw new MaestroError(
    'idempotency_key_in_use',
    'A request with this Idempotency-Key is still being processed',
    [],
    error,
  );
}
