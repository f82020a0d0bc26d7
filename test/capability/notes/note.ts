// Notes on runs: a capability that exists in tests alone, to show what adding one takes.
import { z } from 'zod';
import { text, utcTimestamp } from '../../../src/domain/bounds.ts';
import { invalid } from '../../../src/domain/errors.ts';
import type { EventOf, Stamp } from '../../../src/domain/event/event.ts';

const LARGEST_NOTE = 10_000;

export const CreateNoteRequest = z
  .strictObject({ text: text(LARGEST_NOTE).meta({ description: 'What to remember.', examples: ['Looks good'] }) })
  .meta({ id: 'CreateNoteRequest' });
export type CreateNoteRequest = z.infer<typeof CreateNoteRequest>;

export const Note = z
  .object({
    id: z.string(),
    run_id: z.string(),
    text: z.string(),
    words: z.int().nullable().meta({ description: 'How many words it has; null until they are counted.' }),
    created_at: utcTimestamp(),
  })
  .meta({ id: 'Note' });
export type Note = z.infer<typeof Note>;

type OfNote = { run_id: string; note_id: string; data: Readonly<Note> };

export type NoteEvent = EventOf<{ 'note.created': OfNote; 'note.counted': OfNote }>;

export const NOTE_EVENT_TYPES = ['note.created', 'note.counted'] as const satisfies readonly NoteEvent['type'][];

/** A note and its event. */
export type NoteChange = { readonly note: Note; readonly event: NoteEvent };

/** Throws `validation_failed` where the text has more than `maxCharacters`. */
export function createNote(
  request: CreateNoteRequest,
  runId: string,
  id: string,
  stamp: Stamp,
  maxCharacters: number,
): NoteChange {
  if (request.text.length > maxCharacters)
    throw invalid([{ in: 'body', pointer: '/text', detail: `must have at most ${maxCharacters} characters` }]);
  const note = { id, run_id: runId, text: request.text, words: null, created_at: stamp.at };
  return { note, event: { ...stamp, type: 'note.created', run_id: runId, note_id: id, data: note } };
}

/** Null where its words are counted. */
export function countWords(before: Readonly<Note>, stamp: Stamp): NoteChange | null {
  if (before.words !== null) return null;
  const note = { ...before, words: before.text.split(/\s+/).filter(Boolean).length };
  return { note, event: { ...stamp, type: 'note.counted', run_id: note.run_id, note_id: note.id, data: note } };
}
