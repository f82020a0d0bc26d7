import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { type Api, call, get, newArtifact, newRun, post, type TestDeps, testApp, testDeps } from '../helper.ts';

const BYTES = Buffer.from('{"bomFormat":"CycloneDX"}');
const hex = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');
const base64 = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('base64');

async function anArtifact(app: Api, changes: object = {}): Promise<{ id: string; run_id: string; url: string }> {
  const { id: run_id } = await newRun(app);
  const request = { run_id, kind: 'sbom', path_or_uri: 's3://b/sbom.cdx.json', ...changes };
  const { id } = await post(app, '/maestro/artifacts', request);
  return { id, run_id, url: `/maestro/artifacts/${id}/content` };
}

function put(app: Api, url: string, payload: Buffer, status = 201, headers: Record<string, string> = {}) {
  return call(app, status, { method: 'PUT', url, payload, headers });
}

function eventsOf(deps: TestDeps) {
  return deps.storesFor({} as FastifyRequest).events.after(null, 1_000);
}

describe('content that is sent', () => {
  it('is told with its digests, size and media type, by its artifact, the list, the manifest and one event', async () => {
    const deps = testDeps();
    const app = await testApp(deps);
    const { id, run_id, url } = await anArtifact(app);
    const type = 'application/vnd.cyclonedx+json; version=1.6';
    const artifact = (await put(app, url, BYTES, 201, { 'content-type': type })).json();
    expect(artifact.content).toMatchObject({
      digests: { sha256: hex('sha256', BYTES), sha512: hex('sha512', BYTES) },
      size: BYTES.length,
      media_type: type,
    });
    expect(await get(app, `/maestro/artifacts/${id}`)).toEqual(artifact);
    expect(await get(app, `/maestro/artifacts?run_id=${run_id}`)).toEqual([artifact]);
    expect((await get(app, `/maestro/runs/${run_id}/manifest`)).artifacts).toEqual([artifact]);
    const { events } = await eventsOf(deps);
    expect(events.map(({ type }) => type)).toEqual([
      'run.created',
      'artifact.created',
      'artifact.content_stored',
      'artifact.evidence_read',
    ]);
    expect(events[2]).toMatchObject({ artifact_id: id, run_id, data: { content: artifact.content } });
    expect(events[3]).toMatchObject({ artifact_id: id, run_id, data: artifact });
  });

  it('a second time changes nothing, and other bytes are refused', async () => {
    const deps = testDeps();
    const app = await testApp(deps);
    const { url } = await anArtifact(app);
    const first = (await put(app, url, BYTES)).json();
    expect((await put(app, url, BYTES, 200, { 'content-type': 'text/plain' })).json()).toEqual(first);
    const refusal = (await put(app, url, Buffer.from('other'), 409)).json();
    expect(refusal.type).toBe('urn:maestro:problem:content_conflict');
    expect((await app.inject(url)).rawPayload).toEqual(BYTES);
    expect((await eventsOf(deps)).events).toHaveLength(4);
  });

  it('by 50 callers at the same time is stored once', async () => {
    const deps = testDeps();
    const app = await testApp(deps);
    const { url } = await anArtifact(app);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => app.inject({ method: 'PUT', url, payload: BYTES })),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([...Array(49).fill(200), 201]);
    expect((await eventsOf(deps)).events).toHaveLength(4);
  });

  it('may be empty, but not by mistake', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app, { kind: 'other' });
    const forgotten = (await call(app, 422, { method: 'PUT', url })).json();
    expect(forgotten.errors).toMatchObject([{ in: 'header', pointer: '/content-length' }]);
    const empty = await put(app, url, Buffer.alloc(0), 201, { 'content-length': '0' });
    expect(empty.json().content).toMatchObject({ size: 0 });
    const { rawPayload, headers } = await call(app, 200, { url });
    expect(rawPayload).toHaveLength(0);
    expect(headers['content-length']).toBe('0');
  });

  it('for an artifact that is not there, encoded, in part or of no media type is refused', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    await put(app, '/maestro/artifacts/nope/content', BYTES, 404);
    const encoded = (await put(app, url, BYTES, 415, { 'content-encoding': 'gzip' })).json();
    expect(encoded.errors).toMatchObject([{ in: 'header', pointer: '/content-encoding' }]);
    const coded = (await put(app, url, BYTES, 415, { 'transfer-encoding': 'gzip, chunked' })).json();
    expect(coded.errors).toMatchObject([{ in: 'header', pointer: '/transfer-encoding' }]);
    const part = (await put(app, url, BYTES, 422, { 'content-range': 'bytes 0-1/2' })).json();
    expect(part.errors).toMatchObject([{ in: 'header', pointer: '/content-range' }]);
    for (const type of ['nonsense', 'text/plain; x', `text/${'x'.repeat(300)}`]) {
      const wrong = (await put(app, url, BYTES, 415, { 'content-type': type })).json();
      expect(wrong.errors).toMatchObject([{ in: 'header', pointer: '/content-type' }]);
    }
    expect((await get(app, url.replace('/content', ''))).content).toBeNull();
  });

  it.each([
    'multipart/form-data; boundary=------------------------d74496d66958873e',
    'Multipart/Form-Data;boundary="x"',
    'multipart/mixed; boundary=x',
    'application/x-www-form-urlencoded',
    'Application/X-WWW-Form-Urlencoded ; charset=UTF-8',
  ])('as a form, which is not the file, is refused: %s', async (type) => {
    const deps = testDeps();
    const app = await testApp(deps);
    const { url } = await anArtifact(app, { kind: 'other' });
    const refusal = (await put(app, url, BYTES, 415, { 'content-type': type })).json();
    expect(refusal).toMatchObject({
      type: 'urn:maestro:problem:unsupported_media_type',
      detail: expect.stringContaining('curl -T FILE'),
      errors: [{ in: 'header', pointer: '/content-type' }],
    });
    expect((await get(app, url.replace('/content', ''))).content).toBeNull();
    expect(await deps.blobs.storeFor({} as FastifyRequest).size(hex('sha256', BYTES))).toBeNull();
  });

  it.each(['identity', 'Identity', 'identity, identity', ''])(
    'in the content encoding %j, which changes no byte, is taken',
    async (encoding) => {
      const app = await testApp();
      const { url } = await anArtifact(app);
      await put(app, url, BYTES, 201, { 'content-encoding': encoding });
      expect((await app.inject(url)).rawPayload).toEqual(BYTES);
    },
  );

  const UTF_16 = Buffer.from('\ufeff { }\r\n', 'utf16le');
  const SILENT = [
    '',
    ' \r\n\t',
    '{}',
    ' { }\n',
    '[]',
    'null',
    '""',
    '[{}]',
    '{}\n{}\n',
    '{',
    '\ufeff{}',
    '---\n',
    UTF_16,
  ];

  it.each(['sbom', 'slsa_provenance', 'risk_assessment', 'specification', 'test_report'])(
    'is refused where it says nothing for an artifact of the kind %s, and nothing is stored',
    async (kind) => {
      const deps = testDeps();
      const app = await testApp(deps);
      const { url } = await anArtifact(app, { kind });
      for (const text of SILENT) {
        const bytes = Buffer.from(text as string);
        const refusal = (await put(app, url, bytes, 422, { 'content-length': String(bytes.length) })).json();
        expect(refusal).toMatchObject({
          type: 'urn:maestro:problem:validation_failed',
          detail: `body: holds no data (${bytes.length} bytes), but an artifact of the kind '${kind}' must be a document: send the file itself`,
          errors: [{ in: 'body', pointer: '' }],
        });
        expect(await deps.blobs.storeFor({} as FastifyRequest).size(hex('sha256', bytes))).toBeNull();
      }
      expect((await get(app, url.replace('/content', ''))).content).toBeNull();
      expect((await eventsOf(deps)).events).toHaveLength(2);
      await put(app, url, BYTES);
    },
  );

  it('is refused where it is blank over many chunks', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    const payload = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(64 * 1024, ' ')));
    const headers = { 'transfer-encoding': 'chunked' };
    await call(app, 422, { method: 'PUT', url, payload, headers });
  });

  it.each(['build_log', 'other'])('may say nothing for an artifact of the kind %s', async (kind) => {
    const app = await testApp();
    for (const text of SILENT) {
      const { url } = await anArtifact(app, { kind });
      const bytes = Buffer.from(text as string);
      await put(app, url, bytes, 201, { 'content-length': String(bytes.length) });
    }
  });

  it('with the smallest of what says something is taken for any kind', async () => {
    const app = await testApp();
    for (const text of ['{"a":1}', '0', 'x', '[1]', '<a/>', `${' '.repeat(100_000)}-`]) {
      const { url } = await anArtifact(app);
      await put(app, url, Buffer.from(text));
    }
  });

  describe('with a condition', () => {
    const OTHER = Buffer.from('other bytes');
    const etag = `"${hex('sha256', BYTES)}"`;
    const suffixed = (end: string) => `"${hex('sha256', BYTES)}${end}"`;
    const none = [
      ['if-none-match', '*', 201],
      ['if-none-match', etag, 201],
      ['if-match', '*', 412],
      ['if-match', etag, 412],
    ] as const;
    const some = [
      ['if-none-match', '*', 412],
      ['if-none-match', etag, 412],
      ['if-none-match', `"x", W/${etag}`, 412],
      ['if-none-match', suffixed('-gzip'), 412],
      ['if-none-match', '"x"', 200],
      ['if-match', '*', 200],
      ['if-match', `"x", ${etag}`, 200],
      ['if-match', `W/${etag}`, 200],
      ['if-match', suffixed('-gzip'), 200],
      ['if-match', `W/${suffixed('-br')}`, 200],
      ['if-match', suffixed('-x'), 412],
      ['if-match', '"x"', 412],
    ] as const;

    it.each(none)('is stored only as %s: %s allows where there is no content: %i', async (name, value, status) => {
      const deps = testDeps();
      const app = await testApp(deps);
      const { url } = await anArtifact(app);
      const answer = (await put(app, url, BYTES, status, { [name]: value })).json();
      if (status === 201) return;
      expect(answer.type).toBe('urn:maestro:problem:precondition_failed');
      expect((await get(app, url.replace('/content', ''))).content).toBeNull();
      expect(await deps.blobs.storeFor({} as FastifyRequest).size(hex('sha256', BYTES))).toBeNull();
    });

    it.each(some)('is stored only as %s: %s allows where there is content: %i', async (name, value, status) => {
      const app = await testApp();
      const { url } = await anArtifact(app);
      const artifact = (await put(app, url, BYTES)).json();
      expect((await app.inject(url)).headers.etag).toBe(etag);
      await put(app, url, BYTES, status, { [name]: value });
      // A condition that does not hold comes before the conflict with other bytes.
      await put(app, url, OTHER, status === 412 ? 412 : 409, { [name]: value });
      expect(await get(app, url.replace('/content', ''))).toEqual(artifact);
    });

    it('that cannot be read is refused', async () => {
      const app = await testApp();
      const { url } = await anArtifact(app);
      for (const name of ['if-match', 'if-none-match']) {
        const refusal = (await put(app, url, BYTES, 422, { [name]: 'x' })).json();
        expect(refusal.errors).toMatchObject([{ in: 'header', pointer: `/${name}` }]);
      }
    });

    it('is stored once of 20 that come at the same time, and the others learn that they were late', async () => {
      const app = await testApp();
      const { url } = await anArtifact(app);
      const headers = { 'if-none-match': '*' };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => app.inject({ method: 'PUT', url, payload: BYTES, headers })),
      );
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, ...Array(19).fill(412)]);
    });
  });

  it('is taken up to the limit and not a byte beyond, whether its length is told or not', async () => {
    const deps = testDeps();
    deps.blobs.limits = { ...deps.blobs.limits, maxBytes: 1_000 };
    const app = await testApp(deps);
    await app.listen({ port: 0, host: '127.0.0.1' });
    for (const [size, status] of [
      [999, 201],
      [1_000, 201],
      [1_001, 413],
    ] as const) {
      const { url } = await anArtifact(app);
      const bytes = Buffer.alloc(size, 'x');
      await put(app, (await anArtifact(app)).url, bytes, status);
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.subarray(0, 500));
          controller.enqueue(bytes.subarray(500));
          controller.close();
        },
      });
      const answer = await fetch(`${app.listeningOrigin}${url}`, {
        method: 'PUT',
        body: stream,
        duplex: 'half',
      } as never);
      expect(answer.status).toBe(status);
    }
    await app.close();
  });
});

describe('an upload over a connection', () => {
  it('is answered though keeping it takes longer than a connection may be idle', async () => {
    const deps = testDeps();
    const blobs = deps.blobs.storeFor({} as FastifyRequest);
    const slow = {
      ...blobs,
      receive: async () => {
        const incoming = await blobs.receive();
        return { ...incoming, keep: (sha256: string) => sleep(600).then(() => incoming.keep(sha256)) };
      },
    };
    deps.blobs = { ...deps.blobs, storeFor: () => slow };
    const app = await testApp(deps);
    await app.listen({ port: 0, host: '127.0.0.1' });
    app.server.setTimeout(200);
    const { url } = await anArtifact(app);
    expect((await fetch(`${app.listeningOrigin}${url}`, { method: 'PUT', body: BYTES })).status).toBe(201);
    await app.close();
  });

  it('that is refused in its middle is told that its connection closes, and no request behind it is handled', async () => {
    const deps = testDeps();
    deps.blobs.limits = { ...deps.blobs.limits, maxBytes: 1_000 };
    const app = await testApp(deps);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { url } = await anArtifact(app);
    const socket = connect(Number(new URL(app.listeningOrigin).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
    });
    socket.write(`PUT ${url} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (let count = 0; count < 100; count += 1) socket.write(chunk);
    socket.write('0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 413 [\s\S]*\r\nconnection: close\r\n/i);
    expect(text).toContain('1000 bytes');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    await app.close();
  });

  it('may name the digest behind the bytes, which is checked as well', async () => {
    const app = await testApp();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const send = async (digest: string) => {
      const { url } = await anArtifact(app);
      const socket = connect(Number(new URL(app.listeningOrigin).port), '127.0.0.1');
      const head = `PUT ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
      socket.end(`${head}${BYTES.length.toString(16)}\r\n${BYTES}\r\n0\r\nRepr-Digest: ${digest}\r\n\r\n`);
      return (await buffer(socket)).toString();
    };
    expect(await send(`sha-256=:${base64('sha256', BYTES)}:`)).toMatch(/^HTTP\/1\.1 201 /);
    expect(await send(`sha-256=:${base64('sha256', Buffer.from('x'))}:`)).toMatch(/^HTTP\/1\.1 422 /);
    await app.close();
  });
});

describe('digests that are declared', () => {
  it.each([
    ['Repr-Digest', { 'repr-digest': `sha-256=:${base64('sha256', BYTES)}:` }],
    ['Content-Digest in SHA-512', { 'content-digest': `sha-512=:${base64('sha512', BYTES)}:` }],
    ['both, and one that is not known', { 'repr-digest': `md5=:AAAA:, sha-256=:${base64('sha256', BYTES)}:` }],
  ])('are checked: %s', async (_what, headers) => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    const wrong = (await put(app, url, Buffer.from('other'), 422, headers)).json();
    expect(wrong.type).toBe('urn:maestro:problem:digest_mismatch');
    expect(wrong.errors).toMatchObject([{ in: 'header' }]);
    await put(app, url, BYTES, 201, headers);
  });

  it('that cannot be read are refused', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    for (const text of ['sha-256=abc', 'sha-256=:äö:', ':', 'sha-256=:AAAA', '']) {
      const refusal = (await put(app, url, BYTES, 422, { 'repr-digest': text })).json();
      expect(refusal.errors).toMatchObject([{ in: 'header', pointer: '/repr-digest' }]);
    }
  });

  it.each([
    `sha256:${hex('sha256', BYTES)}`,
    hex('sha256', BYTES).toUpperCase(),
    `SHA-384=${hex('sha384', BYTES)}`,
    `sha512-${hex('sha512', BYTES)}`,
    'md5:0123',
    'v1.0',
    '',
  ])('by content_hash %s let the bytes through', async (content_hash) => {
    const app = await testApp();
    const { url } = await anArtifact(app, { content_hash });
    expect((await put(app, url, BYTES)).json().content_hash).toBe(content_hash);
  });

  it.each([`sha256:${hex('sha256', BYTES).replace(/^./, 'x')}`, `sha256:${hex('sha512', BYTES)}`])(
    'by a content_hash that is none, %s, are not compared',
    async (content_hash) => {
      const app = await testApp();
      await put(app, (await anArtifact(app, { content_hash })).url, BYTES);
    },
  );

  it.each(['sha256', 'sha384', 'sha512'])('by content_hash in %s keep other bytes out', async (algorithm) => {
    const deps = testDeps();
    const app = await testApp(deps);
    const { id, url } = await anArtifact(app, {
      content_hash: `${algorithm}:${hex(algorithm, Buffer.from('declared'))}`,
    });
    const refusal = (await put(app, url, BYTES, 422)).json();
    expect(refusal.type).toBe('urn:maestro:problem:digest_mismatch');
    expect((await get(app, `/maestro/artifacts/${id}`)).content).toBeNull();
    expect(await deps.blobs.storeFor({} as FastifyRequest).size(hex('sha256', BYTES))).toBeNull();
  });
});

describe('content that is fetched', () => {
  it('is what was sent, with headers that tell what it is and keep a browser from running it', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app, { path_or_uri: 's3://b/../"a b\r\n.html' });
    await put(app, url, BYTES, 201, { 'content-type': 'text/html' });
    const { headers, rawPayload } = await call(app, 200, { url });
    expect(rawPayload).toEqual(BYTES);
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': String(BYTES.length),
      etag: `"${hex('sha256', BYTES)}"`,
      'content-digest': `sha-256=:${base64('sha256', BYTES)}:`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': `attachment; filename="_a_b.html"; filename*=UTF-8''%22a%20b.html`,
    });
    const head = await call(app, 200, { method: 'HEAD', url });
    expect(head.rawPayload).toHaveLength(0);
    const { date: _, 'x-request-id': _id, ...told } = headers;
    expect(head.headers).toMatchObject(told);
  });

  it('is 404 before it was sent, and 304 to who has it', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    expect((await call(app, 404, { url })).json().type).toBe('urn:maestro:problem:content_not_found');
    await put(app, url, BYTES);
    const etag = `"${hex('sha256', BYTES)}"`;
    for (const had of [`"x", W/${etag}`, etag.replace(/"$/, '-gzip"'), `W/${etag.replace(/"$/, '-br"')}`, '*']) {
      const { headers } = await call(app, 304, { url, headers: { 'if-none-match': had } });
      expect(headers, had).toMatchObject({ etag, 'cache-control': 'private, no-cache, no-transform' });
    }
    for (const had of ['"x"', etag.replace(/"$/, '-x"')])
      await call(app, 200, { url, headers: { 'if-none-match': had } });
  });

  it.each([
    ['bytes=0-0', 206, 0, 1],
    ['bytes=5-', 206, 5, undefined],
    ['bytes=-5', 206, -5, undefined],
    ['bytes=0-999999', 206, 0, undefined],
    ['bytes=-999999', 206, 0, undefined],
    ['bytes=5-4', 200, 0, undefined],
    ['bytes=0-1,3-4', 200, 0, undefined],
    ['lines=0-1', 200, 0, undefined],
  ])('in the part %s is %i', async (range, status, from, to) => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    const { rawPayload, headers } = await call(app, status, { url, headers: { range } });
    expect(rawPayload).toEqual(BYTES.subarray(from, to));
    expect(headers['content-digest'] === undefined).toBe(status === 206);
    if (status === 206) expect(headers['content-range']).toMatch(new RegExp(`^bytes \\d+-\\d+/${BYTES.length}$`));
  });

  it('is elsewhere, where that is wanted and there is a link', async () => {
    const deps = testDeps();
    const blobs = deps.blobs.storeFor({} as FastifyRequest);
    const asked: unknown[] = [];
    const linking = {
      ...blobs,
      link: async (...names: unknown[]) => {
        asked.push(names);
        return 'https://bucket.example.com/blob?signature=x';
      },
    };
    deps.blobs = { ...deps.blobs, redirect: true, storeFor: () => linking };
    const app = await testApp(deps);
    const { url } = await anArtifact(app, { path_or_uri: 'a b.json' });
    await put(app, url, BYTES, 201, { 'content-type': 'application/json' });
    const { headers } = await call(app, 302, { url });
    expect(headers.location).toBe('https://bucket.example.com/blob?signature=x');
    expect(headers['content-digest']).toBeUndefined();
    const disposition = `attachment; filename="a_b.json"; filename*=UTF-8''a%20b.json`;
    expect(asked).toEqual([[hex('sha256', BYTES), { disposition, mediaType: 'application/json' }]]);
  });

  it('beyond its end is 416, and whole where it has changed since', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    const refusal = await call(app, 416, { url, headers: { range: `bytes=${BYTES.length}-` } });
    expect(refusal.headers['content-range']).toBe(`bytes */${BYTES.length}`);
    await call(app, 200, { url, headers: { range: 'bytes=0-1', 'if-range': '"other"' } });
  });

  it('is whole where the tag in If-Range was changed on the way: a part fits only the bytes as they were sent', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    const tag = `"${hex('sha256', BYTES)}"`;
    const part = await call(app, 206, { url, headers: { range: 'bytes=0-1', 'if-range': tag } });
    expect(part.headers['cache-control']).toBe('private, no-cache, no-transform');
    const suffixed = tag.replace(/"$/, '-gzip"');
    for (const changed of [`W/${tag}`, suffixed, `W/${suffixed}`, 'Mon, 30 Nov 2026 00:00:00 GMT', '*']) {
      const { rawPayload } = await call(app, 200, { url, headers: { range: 'bytes=0-1', 'if-range': changed } });
      expect(rawPayload, changed).toEqual(BYTES);
    }
  });

  it('is not to be changed on the way, in no answer that carries it or leads to it', async () => {
    const app = await testApp();
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    for (const method of ['GET', 'HEAD'] as const) {
      expect((await call(app, 200, { method, url })).headers['cache-control']).toBe('private, no-cache, no-transform');
    }
    const refusal = await call(app, 416, { url, headers: { range: `bytes=${BYTES.length}-` } });
    expect(refusal.headers['cache-control']).toBe('no-store');
  });
});

describe('content that is not what was stored', () => {
  /** A server over a place that gives out `given` for whatever was stored. */
  async function over(given: Buffer): Promise<{ app: Api; url: string }> {
    const deps = testDeps();
    const blobs = deps.blobs.storeFor({} as FastifyRequest);
    deps.blobs = { ...deps.blobs, storeFor: () => ({ ...blobs, read: async () => Readable.from([given]) }) };
    const app = await testApp(deps);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    return { app, url: `${app.listeningOrigin}${url}` };
  }

  it.each([
    ['too few bytes', BYTES.subarray(0, 3)],
    ['too many bytes', Buffer.concat([BYTES, BYTES])],
    ['no bytes', Buffer.alloc(0)],
  ])('breaks off the answer to a part of it rather than the next answer: %s', async (_what, given) => {
    const { app, url } = await over(given);
    const { hostname, port, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
    });
    const ask = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
    socket.write(ask(pathname, 'Range: bytes=0-9\r\n') + ask('/health'));
    const ended = once(socket, 'close');
    await Promise.race([ended, expect.poll(() => text).toContain('"status":"ok"')]);
    // Either the connection ended, or a problem came and then the next answer, each where it belongs.
    if (text.includes('"status":"ok"')) expect(text).toMatch(/^HTTP\/1\.1 500 /);
    expect(text).not.toMatch(/HTTP\/1\.1 206[\s\S]*HTTP\/1\.1 200/);
    socket.destroy();
    await app.close();
  });

  it('is not told to be there by HEAD', async () => {
    const deps = testDeps();
    const blobs = deps.blobs.storeFor({} as FastifyRequest);
    const state = { gone: false };
    const place = { ...blobs, size: async (sha256: string) => (state.gone ? null : blobs.size(sha256)) };
    deps.blobs = { ...deps.blobs, storeFor: () => place };
    const app = await testApp(deps);
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    await call(app, 200, { method: 'HEAD', url });
    state.gone = true;
    await call(app, 500, { method: 'HEAD', url });
  });
});

describe('content', () => {
  it('without a place for it is 503, and all else works', async () => {
    const { content_store_not_configured } = await notConfigured();
    expect(content_store_not_configured).toBe('urn:maestro:problem:content_store_not_configured');
  });

  it('is named by a pack with the digests of the moment', async () => {
    const app = await testApp();
    const { id, run_id, url } = await anArtifact(app);
    const other = await newArtifact(app, run_id);
    const before = await post(app, '/maestro/disclosure-packs', { run_id, summary: '' });
    await put(app, url, BYTES);
    const after = await post(app, '/maestro/disclosure-packs', { run_id, summary: '' });
    expect(before.artifact_digests).toEqual([]);
    expect(after.artifact_ids).toEqual([id, other.id]);
    const digests = { sha256: hex('sha256', BYTES), sha512: hex('sha512', BYTES) };
    expect(after.artifact_digests).toEqual([{ artifact_id: id, ...digests }]);
    const unsent = (artifact_id: unknown) => ({ artifact_id, digest: null, reason: 'content_not_sent' });
    expect(before.artifact_contents).toEqual([unsent(id), unsent(other.id)]);
    const sent = { artifact_id: id, digest: `sha256:${digests.sha256}`, reason: null };
    expect(after.artifact_contents).toEqual([sent, unsent(other.id)]);
    expect(await get(app, `/maestro/disclosure-packs/${before.id}`)).toEqual(before);
  });

  it('that was damaged where it lies is never given out whole', async () => {
    const blobs = memoryBlobs({ maxBytes: 1_000_000, now: () => new Date() }).open('default');
    const liar = { ...blobs, read: async () => (await import('node:stream')).Readable.from([Buffer.from('x'), BYTES]) };
    const deps = testDeps();
    deps.blobs = { ...deps.blobs, storeFor: () => liar };
    const app = await testApp(deps);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    const answer = await fetch(`${app.listeningOrigin}${url}`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ type: 'urn:maestro:problem:content_lost' });
    for (const name of ['etag', 'content-digest', 'content-disposition']) expect(answer.headers.has(name)).toBe(false);
    await app.close();
  });
});

async function notConfigured() {
  const deps = testDeps();
  const { MaestroError } = await import('../../src/domain/errors.ts');
  deps.blobs = {
    ...deps.blobs,
    storeFor: () => {
      throw new MaestroError('content_store_not_configured', 'There is no place for content');
    },
  };
  const app = await testApp(deps);
  const { url } = await anArtifact(app);
  const refusal = (await put(app, url, BYTES, 503)).json();
  await call(app, 404, { url });
  return { content_store_not_configured: refusal.type };
}
