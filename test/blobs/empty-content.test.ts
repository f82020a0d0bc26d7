import { describe, expect, it } from 'vitest';
import { dataDetector } from '../../src/blobs/empty-content.ts';

/** Whether a text holds no data, in chunks of a byte and as one. */
function holdsNoData(text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  const [whole, parts] = [dataDetector(), dataDetector()];
  whole.add(bytes);
  for (const byte of bytes) parts.add(Uint8Array.of(byte));
  expect(parts.holdsNoData()).toBe(whole.holdsNoData());
  return whole.holdsNoData();
}

describe('content without data', () => {
  it.each([
    '',
    ' ',
    '\r\n',
    '\0',
    '{}',
    '{ }',
    '[]',
    '[ { } , [] ]',
    'null',
    '""',
    '[null, ""]',
    '{}\n{}',
    '{',
    '---',
    '~',
  ])('is %j', (text) => {
    expect(holdsNoData(text)).toBe(true);
    expect(holdsNoData(`\ufeff${text}`)).toBe(true);
    expect(holdsNoData(`${' '.repeat(10_000)}${text}`)).toBe(true);
  });

  it.each(['0', 'false', '" a"', '{"":{}}', '<a/>', 'none', '-', '.', ' x', '[0]', 'nulls'])('is not %j', (text) => {
    expect(holdsNoData(text)).toBe(false);
    expect(holdsNoData(`${' '.repeat(10_000)}${text}`)).toBe(false);
  });

  it('is small but for its blanks: what is longer is read', () => {
    expect(holdsNoData('{}'.repeat(128))).toBe(true);
    expect(holdsNoData('{}'.repeat(129))).toBe(false);
  });
});
