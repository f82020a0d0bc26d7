import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { type Api, call, testApp, testDeps } from '../helper.ts';
import { anArtifact, BYTES, base64, hex, put } from './sent-content.ts';

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
