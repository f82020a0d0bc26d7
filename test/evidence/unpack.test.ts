import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS, unpack } from '../../src/evidence/unpack.ts';
import { childText } from '../../src/evidence/xml.ts';

const of = (bytes: string | Buffer) => unpack(Buffer.from(bytes as string), LIMITS);
const shape = (bytes: string | Buffer) => of(bytes).document?.shape ?? null;
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('unpack', () => {
  it.each([
    ['UTF-8', Buffer.from('{"name":"é€"}')],
    ['UTF-8 with a mark', Buffer.from('\ufeff{"name":"é€"}')],
    ['UTF-16LE with a mark', utf16('\ufeff{"name":"é€"}')],
    ['UTF-16LE without', utf16('{"name":"é€"}')],
    ['UTF-16BE with a mark', utf16('\ufeff{"name":"é€"}').swap16()],
    ['UTF-16BE without', utf16('{"name":"é€"}').swap16()],
    ['gzip', gzipSync('{"name":"é€"}')],
    ['gzip of UTF-16', gzipSync(utf16('\ufeff{"name":"é€"}'))],
    ['gzip in several members', Buffer.concat(['{"name":', '"é€"', '}'].map((part) => gzipSync(part)))],
    ['gzip padded with zeros', Buffer.concat([gzipSync('{"name":"é€"}'), Buffer.alloc(512)])],
  ])('reads JSON in %s', (_, bytes) => {
    expect(of(bytes).document).toMatchObject({ shape: 'json', value: { name: 'é€' } });
  });

  it.each([
    ['ISO-8859-15', '<?xml version="1.0" encoding="ISO-8859-15"?><a><b>\xa4 caf\xe9</b></a>', 'latin1', '€ café'],
    ['windows-1252', "<?xml version='1.0' encoding='windows-1252'?><a><b>caf\xe9</b></a>", 'latin1', 'café'],
    ['UTF-8 that calls itself UTF-16', '<?xml version="1.0" encoding="utf-16"?><a><b>é€</b></a>', 'utf8', 'é€'],
    ['UTF-16 that calls itself UTF-8', '\ufeff<?xml version="1.0" encoding="utf-8"?><a><b>é€</b></a>', 'utf16le', 'é€'],
    ['UTF-8 with a mark', '\ufeff<?xml version="1.0"?><a><b>é€</b></a>', 'utf8', 'é€'],
  ] as const)('reads XML in %s, and gives on its text without a false encoding', (_, text, encoding, content) => {
    const { document } = of(Buffer.from(text, encoding));
    if (document?.shape !== 'xml') throw new Error(`It is ${document?.shape}`);
    expect(childText(document.root, 'b')).toBe(content);
    expect(document.text).not.toMatch(/encoding/i);
    expect(document.text).toContain(content);
  });

  it('replaces bytes that are no UTF-8 in text, and says so', () => {
    expect(of(Buffer.from('PackageName: caf\xe9', 'latin1'))).toMatchObject({
      document: { shape: 'text', text: 'PackageName: caf\ufffd' },
      damaged: true,
    });
    expect(of(Buffer.from([0, 0xff, 0xc0, 1])).document).toBeNull();
  });

  it('takes JSON lines for what they are, and JSON over several lines for one document', () => {
    expect(of('{"a":1}\n{"a":2}\r\n\n{"a":3}\n').document).toEqual({
      shape: 'json-lines',
      values: [{ a: 1 }, { a: 2 }, { a: 3 }],
    });
    expect(of('{"a":1}\nnot this one\n{"a":3}').document).toMatchObject({ values: [{ a: 1 }, undefined, { a: 3 }] });
    expect(of('{"a":1,"a":2}\n{"b":{"c":1,"c":2}}').duplicates.map(({ pointer }) => pointer)).toEqual([
      '/0/a',
      '/1/b/c',
    ]);
    for (const text of ['{"a":1}\n', '{\n"a":{}\n}', '{"a":{}\n,"b":1}', '[{"a":1},\n{"a":2}]', '{"a":\n{"b":1}\n}'])
      expect(shape(text), text).toBe('json');
  });

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

  it('unpacks no more of an archive than shows that it is one', () => {
    const tar = Buffer.alloc(64 * 1024 * 1024, 'x');
    tar.fill(0, 0, 512).write('package/file', 0);
    tar.write('ustar\x0000', 257, 'latin1');
    for (let at = 512; at < tar.length; at += 7) tar[at] = (at * 31) % 251;
    const packed = gzipSync(tar, { level: 1 });
    expect(of(packed)).toMatchObject({ document: null, isTar: true, cut: true });
    // Damaged later than that, it is still what it is.
    expect(of(packed.subarray(0, packed.length / 2))).toMatchObject({ document: null, isTar: true });
  });

  it('unpacks small documents that pack very well', () => {
    const text = `{"a":"${'x'.repeat(500_000)}"}`;
    expect(gzipSync(text).length * 100).toBeLessThan(text.length);
    expect(shape(gzipSync(text))).toBe('json');
  });
});
