// The notes of one tenant.
import type { Page, PageRequest } from '../../../src/domain/page.ts';
import type { Note, NoteChange } from './note.ts';

export type { Note } from './note.ts';

export interface NoteStore {
  /** Throws `run_not_found`. */
  create(change: NoteChange): Promise<Readonly<Note>>;

  /** The notes of a run. */
  list(filter: { run_id: string }, page: PageRequest): Promise<Page<Note>>;

  /**
   * Applies `change` to the current row. Nothing where it returns null, or where there is no such
   * note any more.
   */
  update(id: string, change: (note: Readonly<Note>) => NoteChange | null): Promise<void>;
}
