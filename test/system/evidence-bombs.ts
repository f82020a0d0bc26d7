// Documents that broke other software, or would: each with the code that it is refused with, null where it is no evidence and no danger.
import { gzipSync } from 'node:zlib';

const MIB = 1024 * 1024;
const nested = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count);
const manyKeys = (count: number) => `{${Array.from({ length: count }, (_, at) => `"key${at}":0`).join(',')}}`;
const xml = (text: string) => `<?xml version="1.0"?>${text}`;

const LAUGHS = xml(
  `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, at) => {
    const before = at === 0 ? 'lol' : `lol${at}`;
    return `<!ENTITY lol${at + 1} "${`&${before};`.repeat(10)}">`;
  }).join('')}]><lolz>&lol9;</lolz>`,
);

export const HOSTILE: Record<string, readonly [code: string | null, make: () => string | Buffer]> = {
  '30 MiB of opening brackets': ['too_deep', () => '['.repeat(30 * MIB)],
  '30 MiB of objects in objects': ['too_deep', () => '{"a":'.repeat(6 * MIB)],
  'a whole JSON document of 100,000 levels': ['too_deep', () => nested('[', ']', 100_000)],
  'one level too many': ['too_deep', () => nested('[', ']', 257)],
  'as many levels as may be': [null, () => nested('[', ']', 256)],
  '10 million values': ['too_many_values', () => `[${'0,'.repeat(10_000_000)}0]`],
  '10 million objects': ['too_many_values', () => `[${'{},'.repeat(10_000_000)}{}]`],
  '10 million lines of JSON': ['too_many_values', () => '{}\n'.repeat(10_000_000)],
  '200,000 names of fields': ['too_many_values', () => manyKeys(200_000)],
  '20,000 fields that occur twice': [
    'duplicate_key',
    () => manyKeys(20_000).replace('}', `,${manyKeys(20_000).slice(1)}`),
  ],
  'a key of 20 MiB': [null, () => `{"${'k'.repeat(20 * MIB)}":1}`],
  'a key of 20 MiB that occurs twice': [null, () => `{"a":{"${'k'.repeat(10 * MIB)}":1,"${'k'.repeat(10 * MIB)}":2}}`],
  'a number of 20 MiB': [null, () => `{"n":${'9'.repeat(20 * MIB)}}`],
  '20 MiB of backslashes': [null, () => `{"s":"${'\\'.repeat(20 * MIB)}"}`],
  '20 MiB of escaped quotes': [null, () => `{"s":"${'\\"'.repeat(10 * MIB)}"}`],
  '30 MiB of white space in JSON': [null, () => `{"a":${' '.repeat(30 * MIB)}1}`],
  '30 MiB of white space before nothing': [null, () => ' '.repeat(30 * MIB)],
  'an object with a prototype': [
    null,
    () => '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  ],
  'more than the limit of bytes': ['too_large', () => `{"s":"${'x'.repeat(33 * MIB)}"}`],
  'more text than the limit': [null, () => 'built it\n'.repeat(4 * MIB)],
  'JSON cut short': ['json-malformed', () => '{"bomFormat":"CycloneDX","specVersion":"1'],
  'JSON with a raw control character': ['json-malformed', () => '{"a":"\u0001"}'],
  'JSON with a raw NUL': ['json-malformed', () => '{"a":"\0"}'],
  'JSON with a comma too many': ['json-malformed', () => '{"a":1,}'],
  'JSON with text after it': ['json-malformed', () => '{\n"a":1\n}\nDone in 3 s'],
  'one line of JSON with text after it': ['json-malformed', () => '{"a":1}\nDone in 3 s'],
  'JSON in Latin-1': ['json-malformed', () => Buffer.from('{"name":"café"}', 'latin1')],
  'a billion laughs': ['xml-doctype', () => LAUGHS],
  'a billion laughs that calls itself HTML': ['xml-doctype', () => LAUGHS.replaceAll('lolz', 'html')],
  'a quadratic blow-up': [
    'xml-doctype',
    () => xml(`<!DOCTYPE a [<!ENTITY x "${'x'.repeat(MIB)}">]><a>${'&x;'.repeat(100_000)}</a>`),
  ],
  'an external entity': [
    'xml-doctype',
    () => xml('<!DOCTYPE bom [<!ENTITY passwd SYSTEM "file:///etc/passwd">]><bom>&passwd;</bom>'),
  ],
  'an external document type': ['xml-doctype', () => xml('<!DOCTYPE bom SYSTEM "http://127.0.0.1:1/x.dtd"><bom/>')],
  'a parameter entity': ['xml-doctype', () => '<!DOCTYPE bom [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><bom/>'],
  'a document type behind a comment': ['xml-doctype', () => '<!-- a --><!DOCTYPE bom><bom/>'],
  'an entity that is not declared': ['xml-malformed', () => xml('<bom>&passwd;</bom>')],
  XInclude: [
    null,
    () =>
      xml('<bom xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></bom>'),
  ],
  '100,000 levels of XML': ['too_deep', () => nested('<a>', '</a>', 100_000)],
  '30 MiB of elements that never end': ['too_deep', () => '<a><b/>'.repeat(300_000)],
  'three million elements': ['too_many_values', () => `<a>${'<b/>'.repeat(3_000_000)}</a>`],
  'more than a million attributes': [
    'too_many_values',
    () => `<a ${Array.from({ length: 1_200_000 }, (_, at) => `b${at}=""`).join(' ')}/>`,
  ],
  'three million entities': ['too_many_values', () => `<a>${'&lt;'.repeat(3_000_000)}</a>`],
  'XML without an element': ['xml-malformed', () => xml('')],
  'XML cut short': ['xml-malformed', () => xml('<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><comp')],
  'XML with an unknown encoding': ['xml-malformed', () => '<?xml version="1.0" encoding="klingon"?><bom/>'],
  '20 MiB of comments': [null, () => `<a>${'<!-- a comment of some length -->'.repeat(600_000)}</a>`],
  'a comment of 20 MiB without an end': [null, () => `<!--${'-'.repeat(20 * MIB)}`],
  'a gigabyte of zeros in gzip': ['too_large', () => gzipSync(Buffer.alloc(256 * MIB), { level: 9 })],
  'spaces in gzip': ['too_large', () => gzipSync(`{"a":1${' '.repeat(64 * MIB)}}`)],
  'a bomb behind text': ['too_large', () => gzipSync(`{"a":"${randomText(100_000)}${'x'.repeat(64 * MIB)}"}`)],
  'more JSON in gzip than the limit': ['too_large', () => gzipSync(`{"a":"${randomText(36 * MIB)}"}`, { level: 1 })],
  'gzip in gzip': ['gzip_nested', () => gzipSync(gzipSync('{"a":1}'))],
  'gzip cut short': ['gzip-malformed', () => gzipSync(randomText(1_000)).subarray(0, 500)],
  'gzip with a wrong checksum': ['gzip-malformed', () => damaged(gzipSync('{"a":1}'), -8)],
  'gzip with something after it': ['gzip-malformed', () => Buffer.concat([gzipSync('{"a":1}'), Buffer.from('hello')])],
  'a header of gzip with nothing after it': ['gzip-malformed', () => Buffer.from([0x1f, 0x8b])],
  zstd: ['zstd', () => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0])],
  xz: ['xz', () => Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0])],
  bzip2: ['bzip2', () => Buffer.from('BZh91AY&SY\0')],
  zip: ['zip', () => Buffer.from('PK\x03\x04\x14\0')],
  'an empty zip': ['zip', () => Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`)],
};

function damaged(bytes: Buffer, at: number): Buffer {
  bytes[bytes.length + at] = (bytes.at(at) ?? 0) ^ 0xff;
  return bytes;
}

/** Text that hardly packs, the same every time. */
function randomText(length: number): string {
  const bytes = Buffer.alloc(Math.ceil((length * 3) / 4));
  let state = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes.toString('base64').slice(0, length);
}
