import { whole } from '../../../src/domain/setting.ts';

export const NOTE_SETTINGS = {
  NOTE_LIMIT: whole(1, 10_000, 1_000).describe('Maximum length of a note, in characters'),
};
