import { describe, expect, it } from 'vitest';
import { looksForWords } from '../../src/blobs/empty-content.ts';

/** Whether a text says nothing, in chunks of a byte and as one. */
function saysNothing(text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  const [whole, parts] = [looksForWords(), looksForWords()];
  whole.see(bytes);
  for (const byte of bytes) parts.see(Uint8Array.of(byte));
  expect(parts.saysNothing()).toBe(whole.saysNothing());
  return whole.saysNothing();
}

describe('content that says nothing', () => {
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
    expect(saysNothing(text)).toBe(true);
    expect(saysNothing(`\ufeff${text}`)).toBe(true);
    expect(saysNothing(`${' '.repeat(10_000)}${text}`)).toBe(true);
  });

  it.each(['0', 'false', '" a"', '{"":{}}', '<a/>', 'none', '-', '.', ' x', '[0]', 'nulls'])('is not %j', (text) => {
    expect(saysNothing(text)).toBe(false);
    expect(saysNothing(`${' '.repeat(10_000)}${text}`)).toBe(false);
  });

  it('is small but for its blanks: what is longer is read', () => {
    expect(saysNothing('{}'.repeat(128))).toBe(true);
    expect(saysNothing('{}'.repeat(129))).toBe(false);
  });
});
