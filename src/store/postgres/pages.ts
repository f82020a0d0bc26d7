// Pages of lists in PostgreSQL: newest first, ended by their rows or by their bytes.
import { isStorable } from '../../domain/bounds.ts';
import { cursorAt, MAX_PAGE_BYTES, type Page, type PageRequest, positionOf } from '../../domain/page.ts';
import type { Session } from './ledger.ts';
import { rowOf } from './rows.ts';
import { type Read, reads } from './statements.ts';

/** All values of a column, none of which has a quote in it. */
type Each = { readonly column: string; readonly values: readonly string[] };

// Newest first from below a cursor. Rows beyond the bytes of a page come without their body, which
// is then not even read.
// With `each`, the page is merged from the rows of each value of a column, so that an index that has
// this column between the filters and the id serves as well as one without it.
export function pageOf(name: string, table: string, filters: readonly string[], each?: Each): Read {
  const fits = ['tenant', ...filters].map((column, index) => `${column} = $${index + 1}`).join(' AND ');
  const [below, limit, bytes] = [2, 3, 4].map((number) => `$${number + filters.length}`);
  const rows = `SELECT id, body, bytes FROM ${table} WHERE ${fits} AND id < ${below}`;
  const found = each?.values.map((value) => `(${rows} AND ${each.column} = '${value}' ORDER BY id DESC)`) ?? [];
  return reads(
    name,
    `SELECT id, CASE WHEN total <= ${bytes}::bigint OR place = 1 THEN body::text END AS body FROM (
       SELECT id, body, sum(bytes) OVER newest AS total, row_number() OVER newest AS place FROM (
         ${found.length === 0 ? rows : `SELECT id, body, bytes FROM (${found.join(' UNION ALL ')}) AS found`}
         ORDER BY id DESC LIMIT ${limit}::bigint
       ) AS page WINDOW newest AS (ORDER BY id DESC)
     ) AS weighed ORDER BY id DESC`,
  );
}

// The last of all characters. A null here would hide from the planner that the index can start at
// the cursor.
const BEYOND_ALL_IDS = '\u{10ffff}';

/**
 * The page of `list`, whose name holds its filters, that `statement` finds by the values of the
 * filters.
 */
export async function readPage<Row>(
  { read }: Session,
  list: string,
  statement: Read,
  filters: readonly string[],
  { limit, cursor }: PageRequest,
): Promise<Page<Row>> {
  const below = cursor === null ? BEYOND_ALL_IDS : positionOf(list, cursor);
  if (!filters.every(isStorable)) return { rows: [], next: null };
  const found = await read<{ id: string; body: string | null }>(
    statement,
    ...filters,
    below,
    limit + 1,
    MAX_PAGE_BYTES,
  );
  const fitting = found.slice(0, limit).filter(({ body }) => body !== null);
  const last = fitting.at(-1);
  const more = last !== undefined && fitting.length < found.length;
  return {
    rows: fitting.map(({ body }) => rowOf(body as string)),
    next: more ? cursorAt(list, last.id) : null,
  };
}

/** The lists of a table whose rows belong to runs. */
export function listsOfRuns(table: string, all: string, ofRun: string) {
  const [whole, one] = [pageOf(all, table, []), pageOf(ofRun, table, ['run_id'])];
  return <Row>(
    session: Session,
    { run_id }: { run_id?: string | undefined },
    page: PageRequest,
  ): Promise<Page<Row>> => {
    const name = `${table} ${JSON.stringify(run_id)}`;
    return run_id === undefined
      ? readPage(session, name, whole, [], page)
      : readPage(session, name, one, [run_id], page);
  };
}
