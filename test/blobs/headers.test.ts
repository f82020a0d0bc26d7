import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attachment,
  digestField,
  digestsSent,
  headerError,
  mediaTypeOf,
  rangeOf,
  requireSent,
} from '../../src/blobs/headers.ts';
import { anyCharacter } from '../json-text.ts';

const bytes = Buffer.from('{"hello": "world"}\n');
const digest = (algorithm: string, encoding: 'hex' | 'base64') => createHash(algorithm).update(bytes).digest(encoding);
const digests = { sha256: digest('sha256', 'hex'), sha512: digest('sha512', 'hex') };

describe('digests that a request names', () => {
  it('are read from both headers, of any number, in the two algorithms that are known', () => {
    const sent = digestsSent({
      'repr-digest': `sha-256=:${digest('sha256', 'base64')}:,\t sha-512=:${digest('sha512', 'base64')}:`,
      'content-digest': `md5=:AAAA:, sha-512=:${digest('sha512', 'base64')}: , x.y_z-1*=::`,
    });
    expect(sent).toEqual([
      { header: 'repr-digest', field: 'sha256', hex: digests.sha256 },
      { header: 'repr-digest', field: 'sha512', hex: digests.sha512 },
      { header: 'content-digest', field: 'sha512', hex: digests.sha512 },
    ]);
    expect(() => requireSent(sent, digests)).not.toThrow();
  });

  it('are as RFC 9530 gives them in its first example', () => {
    const sent = digestsSent({ 'content-digest': 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:' });
    expect(() => requireSent(sent, digests)).not.toThrow();
  });

  it('are none where no header names any, or only in algorithms that are not known', () => {
    expect(digestsSent({})).toEqual([]);
    expect(digestsSent({ 'repr-digest': 'md5=:AAAA:, sha=:AAAA:, unixsum=:AAAA:' })).toEqual([]);
    // A name that every object has is no algorithm.
    expect(digestsSent({ 'repr-digest': 'constructor=:AAAA:' })).toEqual([]);
  });

  it.each([
    ...['', ' ', ',', 'sha-256', 'sha-256=', 'sha-256=abc', 'sha-256=:abc', 'sha-256="abc"', 'sha-256=:a b:'],
    ...['SHA-256=:AAAA:', '-x=:AAAA:', 'sha-256 =:AAAA:', 'sha-256= :AAAA:', 'sha-256=:AAAA:,', 'sha-256=:A===:'],
    ...['sha-256=:AA-_:', 'sha-256=:AAAA:;x=1', 'sha-256=:AAAA: sha-512=:AAAA:', '\u00a0sha-256=:AAAA:', 'a=:AAAA:\n'],
  ])('that cannot be read are refused: %j', (text) => {
    for (const header of ['repr-digest', 'content-digest']) {
      expect(() => digestsSent({ [header]: text })).toThrow(
        expect.objectContaining({
          code: 'validation_failed',
          errors: [headerError(header, 'must be digests such as sha-256=:…:')],
        }),
      );
    }
  });

  it('must all be those of the bytes, also where one is named twice', () => {
    const right = `sha-256=:${digest('sha256', 'base64')}:`;
    const wrong = `sha-256=:${Buffer.alloc(32).toString('base64')}:`;
    for (const text of [wrong, `${right}, ${wrong}`, `${wrong}, ${right}`, 'sha-256=::', 'sha-256=:AAAA:']) {
      expect(() => requireSent(digestsSent({ 'content-digest': text }), digests)).toThrow(
        expect.objectContaining({ code: 'digest_mismatch', errors: [expect.objectContaining({ in: 'header' })] }),
      );
    }
    expect(() => requireSent(digestsSent({ 'content-digest': `${right}, ${right}` }), digests)).not.toThrow();
  });

  it('are written as they are read', () => {
    expect(digestsSent({ 'repr-digest': digestField(digests.sha256) })).toMatchObject([{ hex: digests.sha256 }]);
  });

  it('are read in no time from a header that is long and wrong', () => {
    const long = ['sha-256=:'.repeat(2_000), ' '.repeat(16_000), `a${'='.repeat(16_000)}`, 'a=::,'.repeat(3_000)];
    for (const text of long) expect(() => digestsSent({ 'repr-digest': `${text}!` })).toThrow();
  });
});

describe('the media type of a request', () => {
  it.each([
    ...['application/octet-stream', 'text/plain; charset=utf-8', 'text/plain;charset="utf-8"', 'Application/JSON'],
    ...['application/vnd.cyclonedx+json; version=1.6', 'a/b;c=d ; e="f;g, h"', `a/${'b'.repeat(254)}`],
  ])('is what it names: %j', (type) => {
    expect(mediaTypeOf({ 'content-type': type })).toBe(type);
  });

  it('is that of any bytes where it names none', () => {
    expect(mediaTypeOf({})).toBe('application/octet-stream');
  });

  it.each([
    ...['', 'text', 'text/', '/plain', 'text/plain/x', 'text/plain; charset', 'text/plain; charset=', 'text plain'],
    ...['text/plain\r\nx: y', 'text/plain; a="b\r\n"', 'text/plain; a="b\\"c"', 'text/plain; a="b', 'text/pläin'],
    ...['text/plain, text/html', `a/${'b'.repeat(255)}`, 'a/b; c="é"', ' a/b', 'a/b\0'],
  ])('is refused where it is none: %j', (type) => {
    expect(() => mediaTypeOf({ 'content-type': type })).toThrow(
      expect.objectContaining({
        code: 'unsupported_media_type',
        errors: [headerError('content-type', 'must be a media type of at most 256 characters')],
      }),
    );
  });
});

describe('the range of a request', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, 999],
    ['bytes=0-999', 0, 999],
    ['bytes=0-1000', 0, 999],
    ['bytes=999-', 999, 999],
    ['bytes=999-999', 999, 999],
    ['bytes=500-99999999999999999999999', 500, 999],
    ['bytes=-1', 999, 999],
    ['bytes=-1000', 0, 999],
    ['bytes=-1001', 0, 999],
    ['bytes=-99999999999999999999999', 0, 999],
    ['bytes=000-0009', 0, 9],
    ['Bytes=1-2', 1, 2],
  ])('is the part that %s names of 1,000 bytes', (header, start, end) => {
    expect(rangeOf(header, 1_000)).toEqual({ start, end });
  });

  it.each([
    'bytes=1000-',
    'bytes=1000-1000',
    'bytes=-0',
    'bytes=99999999999999999999999-',
    `bytes=${'9'.repeat(999)}-`,
  ])('cannot be satisfied where there is no such part: %s', (header) => {
    expect(() => rangeOf(header, 1_000)).toThrow(expect.objectContaining({ code: 'range_not_satisfiable' }));
  });

  it.each([
    ...[
      undefined,
      '',
      'bytes',
      'bytes=',
      'bytes=-',
      'bytes=a-b',
      'bytes=2-1',
      'bytes=0-0,2-3',
      'bytes=0--1',
      'bytes=--1',
    ],
    ...[
      'bytes=1',
      'items=0-1',
      'bytes 0-1',
      'bytes=0-1\n',
      'bytes= 0-1',
      'bytes=0.5-1',
      'bytes=+0-1',
      'bytes=1e1-',
      'x',
    ],
    ...['bytes=\u0660-\u0661', 'bytes=0x1-2'],
  ])('is the whole where it is no single range of bytes: %j', (header) => {
    expect(rangeOf(header, 1_000)).toBe(null);
  });

  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-5', 'bytes=-0', 'bytes=7-8'])('is the whole of no bytes: %s', (header) => {
    expect(rangeOf(header, 0)).toBe(null);
  });

  it('lies within the content, whatever is sent', () => {
    const header = fc
      .tuple(fc.option(fc.nat(30)), fc.option(fc.nat(30)))
      .map(([a, b]) => `bytes=${a ?? ''}-${b ?? ''}`);
    fc.assert(
      fc.property(header, fc.nat(20), (text, size) => {
        try {
          const range = rangeOf(text, size);
          expect(range === null || (0 <= range.start && range.start <= range.end && range.end < size)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'range_not_satisfiable' });
        }
      }),
    );
  });
});

describe('the name that content is saved under', () => {
  const FORM =
    /^attachment; filename="([A-Za-z0-9._-]+)"(?:; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+))?$/;

  /** The name as a browser takes it from the header, which has to have the one form that we send. */
  function nameIn(header: string): string {
    const [, ascii, encoded] = FORM.exec(header) ?? [];
    if (ascii === undefined) throw new Error(`not a Content-Disposition of ours: ${JSON.stringify(header)}`);
    return encoded === undefined ? ascii : decodeURIComponent(encoded);
  }

  it.each([
    ['sbom.json', 'sbom.json'],
    ['/build/out/sbom.json', 'sbom.json'],
    ['C:\\build\\sbom.json', 'sbom.json'],
    ['s3://bucket/key/sbom.json?versionId=1#top', 'sbom.json'],
    ['../../etc/passwd', 'passwd'],
    ['report final (2).pdf', 'report final (2).pdf'],
    ['Prüfbericht.pdf', 'Prüfbericht.pdf'],
    ['报告💥.pdf', '报告💥.pdf'],
    ["it's*.txt", "it's*.txt"],
    ['a%20b.txt', 'a%20b.txt'],
    ['a"b.txt', 'a"b.txt'],
    ['.bashrc', 'bashrc'],
    ['...\u00a0. evil', 'evil'],
    ['evil.exe. . ', 'evil.exe'],
    ['a\r\nSet-Cookie: b', 'aSet-Cookie: b'],
    ['cod\u202egpj.exe', 'codgpj.exe'],
    ['\u200fa\u200eb\u2066c\u2069\ufeff.txt', 'abc.txt'],
    ['a\u2028b\u2029c\0d\x7fe\x85f', 'abcdef'],
    ['a\ud800b', 'ab'],
    ['\udc00', 'artifact'],
  ])('is the last step of the path, of which nothing misleads: %j', (path, name) => {
    expect(nameIn(attachment(path, 'artifact'))).toBe(name);
  });

  it.each(['', '/', 'a/', '.', '..', '../', '/..', ' ', '. .', '\u202e', '\0', '?a', '#a', '\\', '\n', '\ue000'])(
    'is the fallback where nothing is left: %j',
    (path) => {
      expect(attachment(path, 'artifact-1')).toBe('attachment; filename="artifact-1"');
    },
  );

  it('has 100 characters at most and no half of one', () => {
    expect(nameIn(attachment('a'.repeat(10_000), 'x'))).toBe('a'.repeat(100));
    expect(nameIn(attachment(`${'a'.repeat(99)}💥💥`, 'x'))).toBe(`${'a'.repeat(99)}💥`);
    expect(nameIn(attachment('💥'.repeat(5_000), 'x'))).toBe('💥'.repeat(100));
  });

  it('is a header in ASCII of the same form, whatever the path', () => {
    const unit = fc.oneof(
      fc.constantFrom(...'"\\/%;=\'()*.?#\r\n\0\t '),
      fc.constantFrom('\u202e', '\u200f', '\ud800', '\udfff', 'é', '💥', '\u2028'),
      anyCharacter(),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 200 }), (units) => {
        const header = attachment(units.join(''), 'artifact');
        expect(header).toMatch(/^[\x20-\x7e]+$/);
        expect(nameIn(header)).not.toMatch(/[/\\\p{C}]|^[.\s]|[.\s]$/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
