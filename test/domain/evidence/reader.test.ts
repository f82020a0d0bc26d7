import { describe, expect, it } from 'vitest';
import { READER, READER_NUMBER, readBy, readerNumber } from '../../../src/domain/evidence/reader.ts';

describe('the number of a reader', () => {
  it('is that in its name', () => {
    expect(readerNumber('maestro/12')).toBe(12);
    expect(readerNumber(READER)).toBe(READER_NUMBER);
    expect(READER_NUMBER).toBeGreaterThan(0);
  });

  it.each([null, undefined, '', 'maestro/', 'maestro/0', 'maestro/01', 'maestro/1.5', 'other/1', 'maestro/1 ', 1, {}])(
    'is 0 for %j',
    (reader) => {
      expect(readerNumber(reader)).toBe(0);
    },
  );

  it('has at most nine digits, which fit into an integer of PostgreSQL', () => {
    expect(readerNumber('maestro/999999999')).toBe(999_999_999);
    expect(readerNumber('maestro/1000000000')).toBe(0);
  });
});

describe('by which readers a document was read', () => {
  it('is told by the number of the reader, where an unknown reader counts as older', () => {
    expect(readBy({ reader: READER })).toBe('ours');
    expect(readBy({ reader: `maestro/${READER_NUMBER + 1}` })).toBe('newer');
    expect(readBy({ reader: `maestro/${READER_NUMBER - 1}` })).toBe('older');
    for (const unknown of [null, undefined, { reader: null }, { reader: 'odd' }]) expect(readBy(unknown)).toBe('older');
  });
});
