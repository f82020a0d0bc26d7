import { isStorable } from '../../../../src/domain/bounds.ts';
import type { Ledger } from '../../../../src/store/postgres/ledger.ts';
import { listsOfRuns } from '../../../../src/store/postgres/pages.ts';
import { type Body, one, rowOf } from '../../../../src/store/postgres/rows.ts';
import { LOCK_RUN } from '../../../../src/store/postgres/runs.ts';
import { locks, writes } from '../../../../src/store/postgres/statements.ts';
import type { Note, NoteStore } from '../../notes/store.ts';

const CREATE_NOTE = writes('create_note', 1);
const UPDATE_NOTE = writes('update_note', 1);
const LOCK_NOTE = locks('lock_note', 'SELECT body::text FROM notes WHERE tenant = $1 AND id = $2 FOR UPDATE');
const listNotes = listsOfRuns('notes', 'all_notes', 'run_notes');

export const stores = { notes: noteStore };

function noteStore(ledger: Ledger): NoteStore {
  return {
    create: ({ note, event }) =>
      ledger.transaction(async ({ lock, record }) => {
        await one(lock, LOCK_RUN, note.run_id, 'run_not_found');
        const body = JSON.stringify(note);
        await record(CREATE_NOTE, event, { id: note.id, run_id: note.run_id, bytes: Buffer.byteLength(body) }, body);
        return note;
      }),
    list: (filter, page) => listNotes(ledger, filter, page),
    update: (id, change) =>
      ledger.transaction(async ({ lock, record }) => {
        const [row] = isStorable(id) ? await lock<Body>(LOCK_NOTE, id) : [];
        const changed = row === undefined ? null : change(rowOf<Note>(row.body));
        if (changed === null) return;
        const { id: note, run_id } = changed.note;
        const body = JSON.stringify(changed.note);
        const fields = { id: note, run_id, bytes: Buffer.byteLength(body) };
        await record(UPDATE_NOTE, changed.event, fields, body);
      }),
  };
}
