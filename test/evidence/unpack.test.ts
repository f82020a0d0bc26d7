import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/evidence/limits.ts';
import { unpack } from '../../src/evidence/unpack.ts';

const of = (bytes: string | Buffer) => unpack(Buffer.from(bytes as string), LIMITS);
const shape = (bytes: string | Buffer) => of(bytes).document?.shape ?? null;

describe('unpack', () => {
  it.each([
    ['Markdown that begins with a link', '[a](b)\n\ntext'],
    ['Markdown that begins with a footnote', '[1]: https://example.com'],
    ['Markdown that begins with a list of nothing', '[ ] to do'],
    ['a log', '[2026-01-31 10:05:00] started'],
    ['TOML', '[[bin]]\nname = "a"'],
    ['an INI file', '[section]\na=1'],
    ['a template', '{{ title }}'],
    ['JavaScript', '{a:1}'],
    ['a text in quotes', '"a" said he'],
    ['YAML', '---\na: [1, 2]\n'],
    ['HTML', '<!DOCTYPE html><html><p>a<br></html>'],
    ['HTML of old', '<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><html><p>a<br>'],
    ['XHTML', '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html xmlns="http://www.w3.org/1999/xhtml"/>'],
    ['HTML without a document type', '<html><p>a<br></html>'],
    ['Markdown that begins with HTML', '<p align="center">\n<img src="a">\n</p>\n\n# Title'],
    ['Markdown that begins with a comment', '<!-- a comment -->\n# Title'],
    ['an address', '<https://example.com/a/b> is the place'],
    ['an SVG with a document type', '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><svg/>'],
    ['less than', '< 3'],
  ])('takes %s for text', (_, text) => {
    expect(shape(text)).toBe('text');
  });

  it('looks at the beginning alone of text that is over the limit', () => {
    const limits = { ...LIMITS, maxBytes: 1_000 };
    expect(unpack(Buffer.from('a'.repeat(1_000)), limits)).toMatchObject({ cut: false });
    expect(unpack(Buffer.from('a'.repeat(1_001)), limits)).toMatchObject({ cut: true, document: { shape: 'text' } });
    for (const text of [`{"a":"${'x'.repeat(1_000)}"}`, `<a>${'x'.repeat(1_000)}</a>`])
      expect(() => unpack(Buffer.from(text), limits), text).toThrow(expect.objectContaining({ code: 'too_large' }));
  });
});
