import { expect, it } from 'vitest';
import { isEncoded, isMultipart, tagsIn } from '../src/request-headers.ts';

it('entity tags are read with their weakness, in lists of any spacing', () => {
  expect(tagsIn('if-match', ' * ')).toBe('*');
  expect(tagsIn('if-match', '"a", W/"b" ,"c,d"')).toEqual([
    { weak: false, opaque: '"a"' },
    { weak: true, opaque: '"b"' },
    { weak: false, opaque: '"c,d"' },
  ]);
  for (const text of ['', 'a', '"a', '"a" "b"', 'w/"a"', '"a",,x'])
    expect(() => tagsIn('if-match', text), text).toThrow(expect.objectContaining({ code: 'validation_failed' }));
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
