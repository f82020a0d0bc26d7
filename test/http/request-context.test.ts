import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { oncePerRequest } from '../../src/http/request-context.ts';

describe('the context of a request', () => {
  it('is made once, when it is first asked for, and each request has its own', async () => {
    let made = 0;
    const contextOf = oncePerRequest((request) => ({ url: request.url, number: ++made }));
    const app = fastify();
    app.addHook('onRequest', (request, _reply, done) => {
      if (request.url !== '/unasked') contextOf(request);
      done();
    });
    app.get('/:name', async (request) => (request.url === '/unasked' ? made : contextOf(request)));
    expect((await app.inject('/a')).json()).toEqual({ url: '/a', number: 1 });
    expect((await app.inject('/unasked')).json()).toBe(1);
    const both = await Promise.all([app.inject('/b'), app.inject('/c')]);
    expect(both.map((answer) => answer.json())).toEqual([
      { url: '/b', number: 2 },
      { url: '/c', number: 3 },
    ]);
  });

  it('is not kept where making it failed', async () => {
    let tries = 0;
    const contextOf = oncePerRequest(() => {
      tries += 1;
      if (tries === 1) throw new MaestroError('store_unavailable', 'away');
      return {};
    });
    const request = {} as never;
    expect(() => contextOf(request)).toThrow('away');
    expect(contextOf(request)).toBe(contextOf(request));
    expect(tries).toBe(2);
  });
});
