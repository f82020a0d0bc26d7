import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PAGE_BYTES } from '../../../src/domain/page.ts';
import { sortedLists } from '../../../src/store/memory/sorted-lists.ts';

type Row = { readonly id: string; readonly colour: string };
const colours = ['red', 'green', 'blue'];
const small = () => 1;
const smallNumber = fc.integer({ min: 1, max: 9 });
const lists = (blockRows?: number) => sortedLists<Row>('rows', (row) => ['all', row.colour], blockRows);

describe('sorted lists', () => {
  it('hold each row under its keys, in the order of ids, whatever the order of writing', () => {
    const row = fc.record({ id: fc.stringMatching(/^[a-z]{1,3}$/), colour: fc.constantFrom(...colours) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), smallNumber, smallNumber, (written, limit, blockRows) => {
        const own = lists(blockRows);
        const current = new Map<string, Row>();
        for (const one of written) {
          own.put(one, current.get(one.id));
          current.set(one.id, one);
        }
        const sorted = [...current.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
        for (const key of ['all', ...colours]) {
          const expected = sorted.filter((one) => key === 'all' || one.colour === key);
          expect(own.rows(key)).toEqual(expected);
          expect(own.count(key)).toBe(expected.length);
          expect(own.latest(key)).toEqual(expected.at(-1) ?? null);
          expect(inPages(own, key, limit)).toEqual([...expected].reverse());
        }
      }),
    );
  });

  it('end a page where its rows would take more than 8 MiB, but never before its first row', () => {
    const own = lists();
    for (const id of ['a', 'b', 'c']) own.put({ id, colour: 'red' });
    const page = (bytes: number) => own.page('all', { limit: 10, cursor: null }, () => bytes).rows.length;
    expect(page(MAX_PAGE_BYTES + 1)).toBe(1);
    expect(page(MAX_PAGE_BYTES)).toBe(1);
    expect(page(MAX_PAGE_BYTES / 2)).toBe(2);
    expect(page(1)).toBe(3);
  });

  it('read no more rows for a page than it holds and one beyond', () => {
    const own = lists();
    for (let count = 0; count < 10_000; count += 1) own.put({ id: String(count).padStart(6, '0'), colour: 'red' });
    let read = 0;
    const { next } = own.page('red', { limit: 5, cursor: null }, () => {
      read += 1;
      return 1;
    });
    own.page('red', { limit: 5, cursor: next }, () => {
      read += 1;
      return 1;
    });
    expect(read).toBe(12);
  });
});

function inPages(own: ReturnType<typeof lists>, key: string, limit: number): Row[] {
  const rows: Row[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = own.page(key, { limit, cursor }, small);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    cursor = page.next;
  }
}
