// One kind of row in the memory store: by id, and in sorted lists by what they are looked up with.
import type { LoggedEvent } from '../../domain/event/maestro-event.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { type NotFound, notFound } from '../refusals.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { Entry } from './ledger.ts';
import { sortedLists } from './sorted-lists.ts';

type Identified = { readonly id: string };

/**
 * A row before and after a change, null where there was or is none, and the event that explains the
 * change.
 */
export type Change<Row> = {
  readonly before: Readonly<Row> | null;
  readonly after: Readonly<Row> | null;
  readonly event: LoggedEvent;
};

export type Table<Row extends Identified> = {
  readonly size: number;
  get(id: string): Readonly<Row> | undefined;
  /** All rows of one list, oldest first. */
  rows(key: string): Readonly<Row>[];
  count(key: string): number;
  latest(key: string): Readonly<Row> | null;
  /** One page of a list, newest first. */
  page(key: string, request: PageRequest): Page<Row>;
  /** Calls `seen` with every change from now on. */
  follow(seen: (change: Change<Row>) => void): void;
  /** Throws where a row with this id exists, having changed nothing. */
  insert(entry: Entry, row: Row): Readonly<Row>;
  /** Writes the row in the place of the one with its id, if there is one. */
  put(entry: Entry, row: Row): Readonly<Row>;
  /** Nothing where there is no such row. */
  remove(entry: Entry, id: string): void;
};

/**
 * `name` distinguishes the cursors of this table; `bytesOf` says how many of a page's 8 MiB a row
 * takes.
 */
export function openTable<Row extends Identified>(
  name: string,
  keysOf: (row: Readonly<Row>) => readonly string[],
  bytesOf: (row: Readonly<Row>) => number,
): Table<Row> {
  const rows = new Map<string, Readonly<Row>>();
  const lists = sortedLists<Readonly<Row>>(name, keysOf);
  const followers: ((change: Change<Row>) => void)[] = [];

  function put({ event }: Entry, row: Row): Readonly<Row> {
    const before = rows.get(row.id);
    const after = deepFreeze(row);
    rows.set(row.id, after);
    lists.put(after, before);
    for (const seen of followers) seen({ before: before ?? null, after, event });
    return after;
  }

  return {
    get size() {
      return rows.size;
    },
    get: (id) => rows.get(id),
    rows: lists.rows,
    count: lists.count,
    latest: lists.latest,
    page: (key, request) => lists.page(key, request, bytesOf),
    follow: (seen) => void followers.push(seen),
    insert(entry, row) {
      if (rows.has(row.id)) throw new Error(`a row with the id ${row.id} exists`);
      return put(entry, row);
    },
    put,
    remove({ event }, id) {
      const before = rows.get(id);
      if (before === undefined) return;
      rows.delete(id);
      lists.drop(before);
      for (const seen of followers) seen({ before, after: null, event });
    },
  };
}

/** The row with that id. Throws an error with `code` where there is none. */
export function found<Row extends Identified>(table: Table<Row>, id: string, code: NotFound): Readonly<Row> {
  const row = table.get(id);
  if (row === undefined) throw notFound(code, id);
  return row;
}
