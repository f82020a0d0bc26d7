import type { MemoryTenant } from '../../../../src/store/memory/memory.ts';
import { found } from '../../../../src/store/memory/table.ts';
import { keyOfRun } from '../../../../src/store/memory/tables.ts';
import type { Note, NoteStore } from '../../notes/store.ts';

export const stores = { notes: noteStore };

function noteStore({ ledger, tables }: MemoryTenant): NoteStore {
  const notes = tables.openOfRuns<Note>('notes', (note) => Buffer.byteLength(JSON.stringify(note)));
  return {
    async create({ note, event }) {
      found(tables.runs, note.run_id, 'run_not_found');
      return ledger.record(event, (entry) => notes.insert(entry, note));
    },
    list: async (filter, page) => notes.page(keyOfRun(filter), page),
    async update(id, change) {
      const before = notes.get(id);
      const changed = before === undefined ? null : change(before);
      if (changed !== null) ledger.record(changed.event, (entry) => notes.put(entry, changed.note));
    },
  };
}
