// The lists that the memory store reads from: for each key the rows that bear it, in the order of their ids.
import sortedBtree from 'sorted-btree';
import { cursorAt, MAX_PAGE_BYTES, type Page, type PageRequest, positionOf } from '../domain/page.ts';

const BTree = sortedBtree.default;
type Tree<Row> = InstanceType<typeof BTree<string, Row>>;

export type SortedLists<Row> = {
  /** Puts `row` into the lists of its keys, and takes `before`, its last version, out of those that it has left. */
  put(row: Row, before?: Row): void;
  /** All rows of one list, oldest first. */
  rows(key: string): Row[];
  count(key: string): number;
  latest(key: string): Row | null;
  /** One page of a list, newest first. `bytesOf` tells what a row takes of the page's 8 MiB. */
  page(key: string, request: PageRequest, bytesOf: (row: Row) => number): Page<Row>;
};

/** `name` tells the cursors of these lists from those of others. */
export function sortedLists<Row extends { readonly id: string }>(
  name: string,
  keysOf: (row: Row) => string[],
): SortedLists<Row> {
  const trees = new Map<string, Tree<Row>>();

  return {
    put(row, before) {
      const keys = keysOf(row);
      for (const key of keys) treeOf(trees, key).set(row.id, row);
      if (before === undefined) return;
      for (const key of keysOf(before)) {
        if (!keys.includes(key)) remove(trees, key, before.id);
      }
    },
    rows: (key) => trees.get(key)?.valuesArray() ?? [],
    count: (key) => trees.get(key)?.size ?? 0,
    latest(key) {
      const tree = trees.get(key);
      const id = tree?.maxKey();
      return id === undefined ? null : (tree?.get(id) ?? null);
    },
    page(key, { limit, cursor }, bytesOf) {
      const below = cursor === null ? undefined : positionOf(`${name} ${key}`, cursor);
      const rows: Row[] = [];
      let bytes = 0;
      for (const [, row] of trees.get(key)?.entriesReversed(below, undefined, true) ?? []) {
        bytes += bytesOf(row);
        const last = rows.at(-1);
        if (last !== undefined && (rows.length === limit || bytes > MAX_PAGE_BYTES)) {
          return { rows, next: cursorAt(`${name} ${key}`, last.id) };
        }
        rows.push(row);
      }
      return { rows, next: null };
    },
  };
}

function treeOf<Row>(trees: Map<string, Tree<Row>>, key: string): Tree<Row> {
  const known = trees.get(key);
  if (known !== undefined) return known;
  const tree = new BTree<string, Row>(undefined, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
  trees.set(key, tree);
  return tree;
}

function remove<Row>(trees: Map<string, Tree<Row>>, key: string, id: string): void {
  const tree = trees.get(key);
  tree?.delete(id);
  if (tree?.isEmpty) trees.delete(key);
}
