// Rows as PostgreSQL keeps them: JSON text, and the number of its bytes.
import type { z } from 'zod';
import { isStorable } from '../../domain/bounds.ts';
import { rowText } from '../../json/row-text.ts';
import { jsonValue } from '../../json/value.ts';
import { type NotFound, notFound } from '../refusals.ts';
import type { Statement } from './statements.ts';

export type Body = { readonly body: string };

export function rowOf<Row>(body: string): Row {
  return jsonValue(body) as Row;
}

/** The JSON text of a row, and its bytes. */
export function written(schema: z.ZodType, row: object): { body: string; bytes: number } {
  const body = rowText(schema, row);
  return { body, bytes: Buffer.byteLength(body) };
}

type Ask<Kind extends Statement> = (statement: Kind, ...values: string[]) => Promise<object[]>;

/**
 * The row that a statement finds by its id. Throws an error with `code` where there is none, as for
 * an id that PostgreSQL cannot hold.
 */
export async function one<Kind extends Statement, Row extends object>(
  ask: Ask<Kind>,
  statement: Kind,
  id: string,
  code: NotFound,
): Promise<Row> {
  const [found] = isStorable(id) ? await ask(statement, id) : [];
  if (found === undefined) throw notFound(code, id);
  return found as Row;
}

/** The same, of a statement that finds a body: the row in it. */
export async function oneRow<Kind extends Statement, Row>(
  ask: Ask<Kind>,
  statement: Kind,
  id: string,
  code: NotFound,
): Promise<Row> {
  const { body }: Body = await one(ask, statement, id, code);
  return rowOf(body);
}
