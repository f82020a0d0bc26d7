// The table of refusals, row by row, on every operation that takes a body.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { call } from '../helper.ts';
import { expectRefused, JSON_TYPE, newWorld, sending, WRITES, type Write } from './writes.ts';

const world = await newWorld();

const LIMIT = 4_096;
const smallWorld = await newWorld({ bodyLimitBytes: LIMIT });

describe.each(WRITES)('%s', (name) => {
  const write = world.writes[name];

  it.each(Object.entries(malformed(write)))('refuses %s with 400', async (_, bytes) => {
    await expectRefused(world, sending(write, bytes), { status: 400, code: 'malformed_json' });
  });

  it.each(KEYS_THAT_LOOK_BAD)('takes the metadata %s, which has no dangerous key', async (value) => {
    const response = await call(world.app, write.success, sending(write, write.around(value)));
    expect(metadataOf(response.json())).toEqual({ v: JSON.parse(value) });
  });

  it('reads 64 levels, and refuses one more with 400', async () => {
    const outer = write.metadata.split('/').length;
    const nested = (levels: number) => write.around('['.repeat(levels - outer) + ']'.repeat(levels - outer));
    await expectRefused(world, sending(write, nested(65)), { status: 400, code: 'malformed_json' });
    // It is JSON that can be read; only the bound of metadata is lower.
    const place = `body ${write.metadata}`;
    await expectRefused(world, sending(write, nested(64)), { status: 422, code: 'validation_failed', places: [place] });
  });

  it('reads 100,000 values, and refuses one more with 400', async () => {
    const others = Object.keys(write.body).length + write.metadata.split('/').length;
    const values = (count: number) => write.around(`[${'0,'.repeat(count - others - 2)}0]`);
    await expectRefused(world, sending(write, values(100_001)), { status: 400, code: 'malformed_json' });
    const place = `body ${write.metadata}`;
    await expectRefused(world, sending(write, values(100_000)), {
      status: 422,
      code: 'validation_failed',
      places: [place],
    });
  });

  it('refuses a missing body with 422', async () => {
    const options = { method: write.method, url: write.url };
    await expectRefused(world, options, { status: 422, code: 'validation_failed', places: ['body '] });
  });

  it.each(['null', 'true', '0', '"text"', '[]', '[{}]'])('refuses the body %s with 422', async (body) => {
    const refusal = { status: 422, code: 'validation_failed', places: ['body '] };
    await expectRefused(world, sending(write, body), refusal);
  });

  it('takes a body up to the limit, and refuses one byte more with 413', async () => {
    const small = smallWorld.writes[name];
    for (const length of [LIMIT - 1, LIMIT]) {
      await call(smallWorld.app, small.success, sending(small, padded(small, length)));
    }
    const refusal = { status: 413, code: 'body_too_large' };
    const response = await expectRefused(smallWorld, sending(small, padded(small, LIMIT + 1)), refusal);
    expect(response.json().detail).toContain(`${LIMIT} bytes`);
    await expectRefused(smallWorld, sending(small, padded(small, LIMIT * 100)), refusal);
  });

  it('holds a body that does not say its length to the same limit', async () => {
    const small = smallWorld.writes[name];
    const chunked = (length: number) => ({
      ...sending(small, ''),
      payload: Readable.from([padded(small, length).subarray(0, 100), padded(small, length).subarray(100)]),
    });
    await call(smallWorld.app, small.success, chunked(LIMIT));
    await expectRefused(smallWorld, chunked(LIMIT + 1), { status: 413, code: 'body_too_large' });
  });

  it.each(OTHER_MEDIA_TYPES)('refuses the content type %j with 415', async (type) => {
    const refusal = { status: 415, code: 'unsupported_media_type', places: ['header /content-type'] };
    const headers = type === null ? {} : { 'content-type': type };
    await expectRefused(world, sending(write, write.around('1'), headers), refusal);
  });

  it.each(JSON_MEDIA_TYPES)('takes the content type %j and still checks the body', async (type) => {
    const headers = { 'content-type': type };
    await call(world.app, write.success, sending(write, write.around('1'), headers));
    const refusal = { status: 422, code: 'validation_failed', places: ['body /extra'] };
    await expectRefused(world, sending(write, write.around('1', '"extra":1,'), headers), refusal);
  });

  it.each(['', 'identity', 'Identity', 'identity, identity'])(
    'takes the content encoding %j, which changes no byte',
    async (encoding) => {
      const headers = { ...JSON_TYPE, 'content-encoding': encoding };
      await call(world.app, write.success, sending(write, write.around('1'), headers));
    },
  );

  it.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, identity', 'identity;q=1'])(
    'refuses the content encoding %s with 415',
    async (encoding) => {
      const headers = { ...JSON_TYPE, 'content-encoding': encoding };
      const refusal = { status: 415, code: 'unsupported_media_type', places: ['header /content-encoding'] };
      await expectRefused(world, sending(write, write.around('1'), headers), refusal);
    },
  );

  it('names both the content type and the content encoding when neither is taken', async () => {
    const headers = { 'content-type': 'application/json; charset=latin1', 'content-encoding': 'gzip' };
    const places = ['header /content-type', 'header /content-encoding'];
    const refusal = { status: 415, code: 'unsupported_media_type', places };
    await expectRefused(world, sending(write, write.around('1'), headers), refusal);
  });

  it.each(UNSTORABLE)('refuses the text %s with 422', async (value, below) => {
    const refusal = { status: 422, code: 'validation_failed', places: [`body ${write.metadata}/v${below}`] };
    await expectRefused(world, sending(write, write.around(value)), refusal);
  });

  it.each(INEXACT)('refuses the number %s with 422', async (literal) => {
    const at = (below: string) => ({
      status: 422,
      code: 'validation_failed',
      places: [`body ${write.metadata}/v${below}`],
    });
    await expectRefused(world, sending(write, write.around(literal)), at(''));
    await expectRefused(world, sending(write, write.around(`[[0],{"a/b":[1,${literal}]}]`)), at('/1/a~1b/1'));
  });

  it.each(EXACT)('takes the number %s and gives back the same', async (literal) => {
    const response = await call(world.app, write.success, sending(write, write.around(literal)));
    expect(metadataOf(response.json()).v === Number(literal)).toBe(true);
  });
});

/** Bodies that are not JSON, or JSON that readers disagree about. */
function malformed(write: Write): Record<string, string | Buffer> {
  const valid = write.around('1').toString();
  const [key = '', value] = Object.entries(write.body)[0] ?? [];
  const again = `${JSON.stringify(value)},`;
  const raw = (...bytes: number[]) => write.around(Buffer.from([0x22, ...bytes, 0x22]));
  return {
    'an empty body': '',
    'white space alone': ' \n\t ',
    'a truncated body': valid.slice(0, -1),
    'half a body': valid.slice(0, valid.length / 2),
    'a byte after the body': `${valid}x`,
    'two bodies': `${valid}${valid}`,
    'a trailing comma': `${valid.slice(0, -1)},}`,
    'single quotes': valid.replaceAll('"', "'"),
    'a comment': `/* */${valid}`,
    'a form': 'name=n&owner=o',
    NaN: write.around('NaN'),
    Infinity: write.around('-Infinity'),
    'a number with a leading zero': write.around('01'),
    'a raw control character in text': raw(0x0a),
    'an unknown escape': write.around('"\\x41"'),
    'a byte-order mark': `\ufeff${valid}`,
    'UTF-16': Buffer.from(valid, 'utf16le'),
    'a stray continuation byte': raw(0x80),
    'a byte that UTF-8 never has': raw(0xff),
    'an overlong NUL': raw(0xc0, 0x80),
    'a surrogate written in UTF-8': raw(0xed, 0xa0, 0x80),
    'a code point beyond Unicode': raw(0xf4, 0x90, 0x80, 0x80),
    'a cut-off character': raw(0xf0, 0x9f, 0x98),
    'invalid UTF-8 in a key': write.around(
      Buffer.concat([Buffer.from('{"'), Buffer.from([0xff]), Buffer.from('":1}')]),
    ),
    'a key twice': write.around('1', `"${key}":${again}`),
    'a key twice, once escaped': write.around('1', `"${escaped(key)}":${again}`),
    'a key twice deep down': write.around('[{"a":{"b":1,"c":2,"b":1}}]'),
    'a key twice deep down, once escaped': write.around('[{"a":{"/":1,"\\/":1}}]'),
    'an empty key twice': write.around('{"":1,"":1}'),
    __proto__: write.around('1', '"__proto__":{},'),
    '__proto__ with null': write.around('1', '"__proto__":null,'),
    'an escaped __proto__': write.around('1', '"\\u005f_proto__":{"passed":true},'),
    '__proto__ deep down': write.around('[{"a":[{"__proto__":{"x":1}}]}]'),
    'an escaped __proto__ deep down': write.around('[{"a":{"__pr\\u006Fto__":1}}]'),
    'constructor.prototype': write.around('1', '"constructor":{"prototype":{"x":1}},'),
    'constructor.prototype deep down': write.around('{"a":[{"constructor":{"y":1,"prototype":0}}]}'),
    'an escaped constructor.prototype': write.around('{"c\\u006fnstructor":{"\\u0070rototype":{}}}'),
  };
}

const KEYS_THAT_LOOK_BAD = [
  '{"constructor":1}',
  '{"prototype":{"constructor":2}}',
  '{"constructor":{"a":{"prototype":1}}}',
  '{"constructor":[{"prototypes":1}]}',
  '{"proto":1,"_proto_":2,"__PROTO__":3}',
  '{"hasOwnProperty":1,"toString":2,"valueOf":3,"toJSON":4,"then":5}',
  '"__proto__"',
  '{"a":1,"A":2,"á":3}',
];

const OTHER_MEDIA_TYPES = [
  null,
  '',
  'json',
  '*/*',
  'text/plain',
  'text/json',
  'text/plain; charset=utf-8',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'application/jsonx',
  'application/json/x',
  'application/json x',
  'application/json\tx',
  'application/json\t; charset=utf-8',
  'application/json;\tcharset=utf-8',
  '\tapplication/json',
  'application/json;charset=utf-8;',
  'application /json',
  'application/json;x',
  'application/json; charset',
  'application/json; charset=',
  'application/json; charset=latin1',
  'application/json; charset=utf-16',
  'application/json; charset=utf8',
  'application/json; charset=utf-8; charset=latin1',
  'application/json; charset="utf-8',
  'application/json; boundary=x',
  'application/json, text/plain',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/problem+json',
  'application/vnd.api+json',
  'application/xml',
  'xapplication/json',
];

const JSON_MEDIA_TYPES = [
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json ; charset="utf-8"',
];

const UNSTORABLE: [value: string, below: string][] = [
  ['"a\\u0000b"', ''],
  ['"\\ud800"', ''],
  ['"\\udfff"', ''],
  ['"\\ude00\\ud83d"', ''],
  ['[[],{"a":["\\u0000"]}]', '/1/a/0'],
  ['{"a/b":{"c~d":"\\ud83d"}}', '/a~1b/c~0d'],
  ['{"\\u0000":1}', '/\0'],
  ['[{"k\\ud83d":{}}]', '/0/k\ufffd'],
];

const INEXACT = [
  '9007199254740993',
  '-9007199254740993',
  '1e400',
  '-1e400',
  '1e-400',
  '0.1000000000000000055',
  '123456789.123456789123',
  '1e23456789',
  '3.14159265358979323846',
  '0.30000000000000000000000001',
];

const EXACT = [
  '0',
  '-0',
  '-0.0',
  '0e400',
  '0.1',
  '1.0',
  '1E2',
  '1e+2',
  '1e22',
  '10000000000000000000000',
  '9007199254740991',
  '9007199254740992',
  '-9007199254740994',
  '0.30000000000000004',
  '5e-324',
  '1.7976931348623157e308',
  '1.50000000000000000000000000',
];

/** The same key with its first character as an escape. */
function escaped(key: string): string {
  return `\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}`;
}

function padded(write: Write, length: number): Buffer {
  const bytes = write.around('1');
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length, ' ')]);
}

function metadataOf(row: {
  metadata?: Record<string, unknown>;
  metadata_json?: { additional_metadata: Record<string, unknown> };
}): Record<string, unknown> {
  return row.metadata ?? row.metadata_json?.additional_metadata ?? {};
}
