// The version of the readers of documents.

/** It goes up whenever the readers of this process read anything differently. */
export const READER = 'maestro/3';

/** The number of a reader; 0 where it has none. `update_artifact` in SQL computes the same. */
export function readerNumber(reader: unknown): number {
  const [, digits] = (typeof reader === 'string' && /^maestro\/([1-9][0-9]{0,8})$/.exec(reader)) || [];
  return Number(digits ?? 0);
}

export const READER_NUMBER = readerNumber(READER);

/**
 * The readers of a document compared with those of this process. An unknown reader counts as older.
 */
export type ReadBy = 'ours' | 'older' | 'newer';

export function readBy(evidence: Readonly<{ reader: string | null }> | null | undefined): ReadBy {
  if (evidence?.reader === READER) return 'ours';
  return readerNumber(evidence?.reader) > READER_NUMBER ? 'newer' : 'older';
}
