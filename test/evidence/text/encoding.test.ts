import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/evidence/limits.ts';
import { childText } from '../../../src/evidence/text/xml-element.ts';
import { unpack } from '../../../src/evidence/unpack.ts';

const of = (bytes: string | Buffer) => unpack(Buffer.from(bytes as string), LIMITS);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('a document', () => {
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
});
