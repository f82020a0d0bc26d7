import { expect, it } from 'vitest';
import { isEncoded, isMultipart, ownTag, tagsIn } from '../../src/http/request-headers.ts';
import { processorMs } from '../processor-time.ts';

it('entity tags are read weak or strong, in lists of any spacing', () => {
  expect(tagsIn('if-match', ' * ')).toBe('*');
  expect(tagsIn('if-match', '"a", W/"b" ,"c,d"')).toEqual(['"a"', '"b"', '"c,d"']);
  for (const text of ['', 'a', '"a', '"a" "b"', 'w/"a"', '"a",,x'])
    expect(() => tagsIn('if-match', text), text).toThrow(expect.objectContaining({ code: 'validation_failed' }));
});

it('a tag loses the suffixes that proxies append when they compress, and no other', () => {
  for (const tag of ['"a-gzip"', '"a--gzip"', '"a-br"', '"a-zstd"', '"a-deflate"', '"a-gzip-gzip"', '"a-br--gzip"'])
    expect(ownTag(tag), tag).toBe('"a"');
  for (const tag of ['"a"', '""', '"a_"', '"a_GZIP"', '"a_gzip "', '"agzip"', '"a_gzipx"', '"a;gzip"', '"gzip"'])
    expect(ownTag(tag), tag).toBe(tag);
});

it('a tag that was read before an upgrade, when tags had hyphens, is still known', () => {
  expect(ownTag('"LoxdjHEpWk-Le1VJrehz0S"')).toBe('"LoxdjHEpWk_Le1VJrehz0S"');
  expect(ownTag('"LoxdjHEpWk-Le1VJrehz0S-gzip"')).toBe('"LoxdjHEpWk_Le1VJrehz0S"');
  expect(ownTag('"a-GZIP"')).toBe('"a_GZIP"');
});

it('a tag of the length of all headers is looked through in no time', async () => {
  const ms = await processorMs(() => {
    for (let count = 0; count < 1_000; count += 1) ownTag(`"${'-gzip'.repeat(3_000)}x"`);
  });
  // A search from each hyphen to the end would take a minute.
  expect(ms).toBeLessThan(10_000);
});

it('a body is encoded unless its coding is identity or none', () => {
  for (const header of [undefined, '', 'identity', ' Identity ', 'identity,identity', ','])
    expect(isEncoded(header), header).toBe(false);
  for (const header of ['gzip', 'identity, gzip', 'br', 'x-identity', 'identity;q=1', '*'])
    expect(isEncoded(header), header).toBe(true);
});

it('a media type of several parts is known in any case', () => {
  for (const type of ['multipart/form-data; boundary=x', 'Multipart/Mixed', ' multipart/related'])
    expect(isMultipart(type), type).toBe(true);
  for (const type of [undefined, '', 'multipart', 'text/plain; x=multipart/form-data', 'x-multipart/y'])
    expect(isMultipart(type), type).toBe(false);
});
