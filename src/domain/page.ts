// Pages of a list: their limits, and the opaque cursor of the next page.
import { isStorable } from './bounds.ts';
import { invalid } from './errors.ts';

export const MAX_PAGE_ROWS = 1_000;
/** The most bytes that the rows of one page take as UTF-8 JSON. */
export const MAX_PAGE_BYTES = 8 * 1024 * 1024;

export type PageRequest = {
  /** 1 to 1,000 rows. */
  limit: number;
  /** The cursor that came with the previous page; null for the first page. */
  cursor: string | null;
};

export type Page<Row> = {
  readonly rows: Readonly<Row>[];
  /** The cursor of the next page; null on the last page. */
  readonly next: string | null;
};

/** The cursor after `position` in `list`. The name of a list includes its filters. */
export function cursorAt(list: string, position: string): string {
  return base64url(`${checksum(`${list} ${position}`)} ${position}`);
}

/** The position of a cursor. Throws `validation_failed` for a cursor of another list. */
export function positionOf(list: string, cursor: string): string {
  const text = decoded(cursor);
  const position = text.slice(text.indexOf(' ') + 1);
  if (isStorable(position) && cursorAt(list, position) === cursor) return position;
  throw invalid([
    { in: 'query', pointer: '/cursor', detail: 'must be the cursor of a Link header of this list, with its filters' },
  ]);
}

function base64url(value: string): string {
  return btoa(value).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decoded(cursor: string): string {
  try {
    return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

// FNV-1a (32 bits) detects a cursor that is damaged or belongs to another list. It needs no secret:
// a cursor gives access to nothing that the caller may not read anyway.
function checksum(value: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < value.length; index += 1) {
    hash = Math.imul(hash ^ value.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
