// The lists that the memory store reads from: for each key the rows that have it, in the order of
// their ids.
import { cursorAt, MAX_PAGE_BYTES, type Page, type PageRequest, positionOf } from '../../domain/page.ts';

export type SortedLists<Row> = {
  /**
   * Puts `row` into the lists of its keys, and removes `before`, its last version, from those that
   * it has left.
   */
  put(row: Row, before?: Row): void;
  /** Removes `row` from the lists of its keys. */
  drop(row: Row): void;
  /** All rows of one list, oldest first. */
  rows(key: string): Row[];
  count(key: string): number;
  latest(key: string): Row | null;
  /** One page of a list, newest first. `bytesOf` says how many of the page's 8 MiB a row takes. */
  page(key: string, request: PageRequest, bytesOf: (row: Row) => number): Page<Row>;
};

type Filed = { readonly id: string };

/**
 * One list: its rows in blocks, none empty and none over `blockRows`, so that a row in the middle
 * moves few others. Ids grow with time, so that nearly every row goes to the end, which costs one
 * comparison.
 */
type List<Row> = { blocks: Row[][]; count: number };

/** `name` distinguishes the cursors of these lists from those of others. */
export function sortedLists<Row extends Filed>(
  name: string,
  keysOf: (row: Row) => readonly string[],
  blockRows = 512,
): SortedLists<Row> {
  const lists = new Map<string, List<Row>>();

  return {
    put(row, before) {
      const keys = keysOf(row);
      for (const key of keys) {
        const list = lists.get(key);
        if (list === undefined) lists.set(key, { blocks: [[row]], count: 1 });
        else insert(list, row, blockRows);
      }
      if (before !== undefined)
        leave(
          keysOf(before).filter((key) => !keys.includes(key)),
          before.id,
        );
    },
    drop: (row) => leave(keysOf(row), row.id),
    rows: (key) => ([] as Row[]).concat(...(lists.get(key)?.blocks ?? [])),
    count: (key) => lists.get(key)?.count ?? 0,
    latest: (key) => lists.get(key)?.blocks.at(-1)?.at(-1) ?? null,
    page: (key, request, bytesOf) => pageOf(lists.get(key), `${name} ${key}`, request, bytesOf),
  };

  function leave(keys: readonly string[], id: string): void {
    for (const key of keys) {
      const list = lists.get(key);
      if (list === undefined) continue;
      remove(list, id);
      if (list.count === 0) lists.delete(key);
    }
  }
}

/** `name` is that of the list in its cursors. */
function pageOf<Row extends Filed>(
  list: List<Row> | undefined,
  name: string,
  { limit, cursor }: PageRequest,
  bytesOf: (row: Row) => number,
): Page<Row> {
  const below = cursor === null ? null : positionOf(name, cursor);
  const rows: Row[] = [];
  let bytes = 0;
  for (const row of downFrom(list, below)) {
    bytes += bytesOf(row);
    const last = rows.at(-1);
    if (last !== undefined && (rows.length === limit || bytes > MAX_PAGE_BYTES)) {
      return { rows, next: cursorAt(name, last.id) };
    }
    rows.push(row);
  }
  return { rows, next: null };
}

function insert<Row extends Filed>(list: List<Row>, row: Row, blockRows: number): void {
  const { blocks } = list;
  const last = blocks.at(-1) as Row[];
  if (row.id > (last.at(-1) as Row).id) {
    if (last.length < blockRows) last.push(row);
    else blocks.push([row]);
    list.count += 1;
    return;
  }
  const [index, at] = placeOf(list, row.id);
  const block = blocks[index] as Row[];
  const known = block[at]?.id === row.id;
  block.splice(at, known ? 1 : 0, row);
  if (known) return;
  list.count += 1;
  if (block.length > blockRows) blocks.splice(index + 1, 0, block.splice(block.length >>> 1));
}

function remove<Row extends Filed>(list: List<Row>, id: string): void {
  const [index, at] = placeOf(list, id);
  const block = list.blocks[index] as Row[];
  if (block[at]?.id !== id) return;
  block.splice(at, 1);
  list.count -= 1;
  if (block.length === 0) list.blocks.splice(index, 1);
}

function* downFrom<Row extends Filed>(list: List<Row> | undefined, below: string | null): Generator<Row> {
  if (list === undefined) return;
  const [first, end] = below === null ? [list.blocks.length - 1, Number.POSITIVE_INFINITY] : placeOf(list, below);
  for (let index = first; index >= 0; index -= 1) {
    const block = list.blocks[index] as Row[];
    const from = index === first ? Math.min(end, block.length) : block.length;
    for (let at = from - 1; at >= 0; at -= 1) yield block[at] as Row;
  }
}

/** Where the row with `id` is or would be: its block, and how many rows of that come before it. */
function placeOf<Row extends Filed>({ blocks }: List<Row>, id: string): [block: number, at: number] {
  const index = Math.max(0, countUntil(blocks, (block) => (block[0] as Row).id > id) - 1);
  return [index, countUntil(blocks[index] as Row[], (row) => row.id >= id)];
}

/** How many of `values` come before the first that is `beyond`; all after it are, too. */
function countUntil<Value>(values: readonly Value[], beyond: (value: Value) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (beyond(values[middle] as Value)) high = middle;
    else low = middle + 1;
  }
  return low;
}
