import { once } from 'node:events';
import { Agent, get as httpGet, request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { start } from './server-process.ts';

function request(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    httpGet(url, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', (error) => resolve(error.message));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('the sockets of the server process', () => {
  it('does not start where its port is taken', async () => {
    const port = new URL(await start().ready()).port;
    const { out, exited } = start({ PORT: port });
    expect((await exited).code).toBe(1);
    expect(out.errors).toBe(
      `maestro: Cannot listen on localhost:${port}: the address is already in use; choose another PORT (EADDRINUSE)\n`,
    );
  });

  it('does not start where others than this machine can reach it and nobody chose whether callers are known', async () => {
    const { out, exited } = start({ HOST: '0.0.0.0' });
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(/^maestro: AUTH is not set, and other machines can reach HOST 0\.0\.0\.0: [^\n]+\n$/);
    const open = start({ HOST: '0.0.0.0', AUTH: 'none' });
    await open.ready();
    expect(open.out.text).toContain('AUTH=none: callers are not identified');
  });

  it.each(['localhost', '127.0.0.1', '::1'])(
    'on %s answers to names of this machine alone, but for its probes',
    async (HOST) => {
      const url = await start({ HOST, AUTH: 'none', PUBLIC_URL: 'https://ci.example.com/governance/' }).ready();
      const statusFor = async (host: string, path = '/maestro/runs') => {
        const [response] = await once(httpGet(`${url}${path}`, { headers: { host } }), 'response');
        return response.resume().statusCode;
      };
      for (const host of ['localhost', '127.0.0.1:1', '[::1]', 'ci.example.com'])
        expect(await statusFor(host), host).toBe(200);
      expect(await statusFor('evil.example')).toBe(403);
      for (const path of ['/health', '/ready']) expect(await statusFor('evil.example', path)).toBe(200);
    },
  );

  it('that others reach answers to any name', async () => {
    const url = (await start({ HOST: '0.0.0.0', AUTH: 'none' }).ready()).replace('0.0.0.0', '127.0.0.1');
    const [response] = await once(
      httpGet(`${url}/maestro/runs`, { headers: { host: 'maestro.svc:8001' } }),
      'response',
    );
    expect(response.resume().statusCode).toBe(200);
  });

  it('exits 0 while clients hold connections open and idle', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '100' });
    const url = await ready();
    const agent = new Agent({ keepAlive: true });
    expect(await request(`${url}/health`, agent)).toBe(200);
    expect(await request(`${url.replace('localhost', '[::1]')}/health`, agent)).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it.each(['127.0.0.1', '[::1]'])('exits 0 where %s answers after it was told to stop', async (host) => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '0' });
    const url = (await ready()).replace('localhost', host);
    const body = JSON.stringify({ name: 'build', owner: 'team' });
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const agent = new Agent({ keepAlive: true });
    const sent = httpRequest(`${url}/maestro/runs`, { method: 'POST', agent, headers });
    const answered = once(sent, 'response');
    await new Promise((resolve) => sent.write(body.slice(0, 10), resolve));
    // Its connection was there first, and was taken first.
    await fetch(`${url}/health`);
    child.kill('SIGTERM');
    await expect.poll(() => request(`${url}/health`, new Agent())).toBe('ECONNREFUSED');
    sent.end(body.slice(10));
    const [answer] = await answered;
    expect(answer.resume().statusCode).toBe(201);
    expect(await exited).toEqual({ code: 0, signal: null });
  });
});
