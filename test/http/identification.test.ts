import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { httpApp } from '../../src/http/app.ts';
import type { Callers } from '../../src/http/identification.ts';
import { SETTINGS, testDeps } from '../helper.ts';

const EXPIRED = new MaestroError('token_expired', 'expired');

type Settings = Partial<typeof SETTINGS>;

const DECLARED = { none: 'none', identified: 'identified', read: 'runs:read', write: 'runs:write', odd: 'toString' };

/** An app with a route for each kind of declaration; `handled` are the routes that were reached. */
async function world(callers: Partial<Callers>, settings: Settings = {}) {
  const handled: string[] = [];
  const asked: string[] = [];
  const all: Callers = {
    identify: () => undefined,
    permits: (_request, permission) => permission === 'runs:read',
    ...callers,
  };
  const identify = (request: FastifyRequest) => {
    asked.push(request.url);
    return all.identify(request);
  };
  const app = httpApp(testDeps({ callers: { ...all, identify } }), { ...SETTINGS, ...settings }, []);
  for (const [name, permission] of Object.entries(DECLARED)) {
    const handler = async (request: FastifyRequest) => {
      handled.push(request.url);
      return {};
    };
    app.get(`/${name}`, { config: { permission } }, handler);
    app.post(`/${name}`, { config: { permission } }, handler);
    app.post(`/streams/${name}`, { config: { permission, streams: true } }, handler);
  }
  app.get('/forgotten', async () => handled.push('/forgotten'));
  const codeOf = async (url: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') => {
    const response = await app.inject({ method, url });
    return response.statusCode === 200 ? 'handled' : String(response.json().type).replace('urn:maestro:problem:', '');
  };
  return { app, handled, asked, codeOf };
}

const later: Callers['identify'] = async () => undefined;

describe.each([
  ['at once', () => undefined],
  ['later', later],
] as const)('a caller who is known %s', (_when, identify) => {
  it('reaches what needs a known caller, and what needs a permission that the caller has', async () => {
    const { codeOf, handled } = await world({ identify });
    expect(await codeOf('/identified')).toBe('handled');
    expect(await codeOf('/read')).toBe('handled');
    expect(await codeOf('/read', 'POST')).toBe('handled');
    expect(await codeOf('/none')).toBe('handled');
    expect(handled).toHaveLength(4);
  });

  it('is refused without the permission, which is named, and where a route declares nothing', async () => {
    const { app, codeOf, handled } = await world({ identify });
    for (const url of ['/write', '/odd', '/forgotten']) expect(await codeOf(url)).toBe('permission_missing');
    expect((await app.inject({ method: 'HEAD', url: '/write' })).statusCode).toBe(403);
    expect((await app.inject('/write')).json()).toMatchObject({
      status: 403,
      detail: 'The caller lacks the permission runs:write; GET /maestro/whoami shows what it has',
    });
    expect(handled).toEqual([]);
  });
});

const THROWN: [string, unknown, string][] = [
  ['a refusal', EXPIRED, 'token_expired'],
  ['an error', new Error('a defect'), 'internal_error'],
  ['nothing', undefined, 'internal_error'],
  ['null', null, 'internal_error'],
  ['a text', 'x', 'internal_error'],
];

describe.each(THROWN)('a caller for whom %s is thrown', (_what, thrown, code) => {
  it.each([
    [
      'at once',
      () => {
        throw thrown;
      },
    ],
    ['later', () => Promise.reject(thrown)],
  ] as [string, Callers['identify']][])(
    '%s is refused by every route but those for everybody',
    async (_when, identify) => {
      const { codeOf, handled } = await world({ identify, permits: () => true });
      for (const url of ['/identified', '/read', '/write', '/forgotten']) expect(await codeOf(url)).toBe(code);
      expect(handled).toEqual([]);
      expect(await codeOf('/none')).toBe('handled');
    },
  );

  it('is refused where the permission is looked at, too', async () => {
    const permits = () => {
      throw thrown;
    };
    for (const identify of [() => undefined, later])
      expect(await (await world({ identify, permits })).codeOf('/read')).toBe(code);
  });
});

describe('nobody is asked who they are', () => {
  it('where there is nothing, or no such method, and where it is for everybody', async () => {
    const { app, asked, codeOf } = await world({ identify: () => Promise.reject(EXPIRED) });
    expect(await codeOf('/nowhere')).toBe('route_not_found');
    expect((await app.inject({ method: 'DELETE', url: '/read' })).statusCode).toBe(405);
    expect(await codeOf('/none')).toBe('handled');
    expect((await app.inject({ url: '/none?token=x' })).statusCode).toBe(422);
    expect(asked).toEqual([]);
  });
});

describe('a caller who is not known in time', () => {
  const never = () => new Promise<undefined>(() => {});

  it.each(['GET /read', 'POST /read', 'POST /streams/read'])('is answered 503: %s', async (line) => {
    const [method, url] = line.split(' ') as ['GET' | 'POST', string];
    const { app, handled } = await world({ identify: never }, { handlerTimeoutMs: 50 });
    const response = await app.inject({ method, url });
    expect(response.json()).toMatchObject({ status: 503, type: 'urn:maestro:problem:handler_timeout' });
    expect(handled).toEqual([]);
  });

  it('is answered 503 with a body that has arrived, too: it is not the body that is late', async () => {
    const { app } = await world({ identify: never }, { handlerTimeoutMs: 50 });
    const response = await app.inject({ method: 'POST', url: '/read', payload: { a: 1 } });
    expect(response.json()).toMatchObject({ status: 503, type: 'urn:maestro:problem:handler_timeout' });
  });

  it('and is known afterwards, reaches nothing', async () => {
    let known = (_: undefined) => {};
    const identify = () =>
      new Promise<undefined>((resolve) => {
        known = resolve;
      });
    const { app, handled } = await world({ identify }, { handlerTimeoutMs: 50 });
    expect((await app.inject('/read')).statusCode).toBe(503);
    known(undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(handled).toEqual([]);
  });

  it('does not shorten the time that a body may take', async () => {
    const { app, handled } = await world({ identify: later }, { handlerTimeoutMs: 50 });
    app.post('/slow', { config: { permission: 'runs:read', streams: true } }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return handled.push('/slow');
    });
    expect((await app.inject({ method: 'POST', url: '/slow' })).statusCode).toBe(200);
  });
});

it('the refusal is read by a caller who is still sending', async () => {
  const { app } = await world({ identify: () => Promise.reject(EXPIRED) });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  const size = 4 * 1024 * 1024;
  socket.write(
    `POST /streams/read HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: ${size}\r\n\r\n`,
  );
  socket.write(Buffer.alloc(size / 2));
  await expect.poll(() => answer, { timeout: 30_000 }).toContain('urn:maestro:problem:token_expired');
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(answer.toLowerCase()).toContain('www-authenticate: bearer realm="maestro", error="invalid_token"');
  socket.destroy();
  await app.close();
});
