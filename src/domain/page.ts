// Pages of a list: how much one holds, and the opaque cursor that leads to the next.
import { invalid } from './errors.ts';

export const MAX_PAGE_ROWS = 1_000;
/** Bytes of the rows of one page, as UTF-8 JSON. */
export const MAX_PAGE_BYTES = 8 * 1024 * 1024;

export type PageRequest = {
  /** 1 to 1,000 rows. */
  limit: number;
  /** From the page before, or null for the first one. */
  cursor: string | null;
};

export type Page<Row> = {
  readonly rows: Readonly<Row>[];
  /** Leads to the next page; null where this is the last. */
  readonly next: string | null;
};

/** The cursor that stands behind `position` in `list`, whose name holds its filters too. */
export function cursorAt(list: string, position: string): string {
  return base64url(`${checksum(`${list} ${position}`)} ${position}`);
}

/** The position behind a cursor. Throws `validation_failed` for one that was not made for this very list. */
export function positionOf(list: string, cursor: string): string {
  const text = decoded(cursor);
  const position = text.slice(text.indexOf(' ') + 1);
  if (cursorAt(list, position) === cursor) return position;
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

// FNV-1a (32 bits) finds a cursor that was damaged or carried to another list. It is no secret and need not be: a
// cursor says where to read on and opens nothing that the caller may not read anyway.
function checksum(value: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < value.length; index += 1) {
    hash = Math.imul(hash ^ value.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
