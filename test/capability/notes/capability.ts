import { type CountingNeeds, countingOfWords } from './count-words.ts';
import { NOTE_EVENT_TYPES } from './note.ts';
import { routes } from './plugin.ts';
import { NOTE_SETTINGS } from './settings.ts';

type Given = CountingNeeds & { config: { NOTE_LIMIT: number } };

export const notes = {
  settings: NOTE_SETTINGS,
  events: NOTE_EVENT_TYPES,
  open: (given: Given) => ({
    jobs: [countingOfWords(given)],
    needs: { notes: { maxCharacters: given.config.NOTE_LIMIT } },
  }),
  routes,
};
