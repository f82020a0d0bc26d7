// Callers behind the proxies of docs/proxy.md: their credentials arrive, and failed sign-ins are counted by their addresses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proxyIsInstalled, type RunningProxy, startProxy } from '../proxies.ts';
import { removeFolders } from './documents-sent.ts';
import { stopAll } from './processes.ts';
import { startWithSecret } from './with-secret.ts';

const MOST_A_MINUTE = 20;

let server: Awaited<ReturnType<typeof startWithSecret>>;
beforeAll(async () => {
  server = await startWithSecret({ TRUSTED_PROXIES: '127.0.0.1,::1' });
});
afterAll(async () => {
  await stopAll();
  removeFolders();
});

describe.each(['nginx', 'haproxy', 'apache'] as const)('through %s', (name) => {
  const isInstalled = proxyIsInstalled(name);
  let proxy: RunningProxy;
  beforeAll(async () => {
    if (isInstalled) proxy = await startProxy(name, Number(new URL(server.url).port));
  });
  afterAll(() => proxy?.stop());

  const ask = async (authorization: string | null, forwarded: string | null = null) => {
    const headers = {
      ...(authorization === null ? {} : { authorization }),
      ...(forwarded === null ? {} : { 'x-forwarded-for': forwarded }),
    };
    const answer = await fetch(`${proxy.url}/maestro/whoami`, { headers });
    return { status: answer.status, challenge: answer.headers.get('www-authenticate'), body: await answer.json() };
  };

  it.skipIf(!isInstalled)('a credential arrives, and the challenge of a refusal comes back', async () => {
    expect(await ask(`Bearer ${server.secret}`)).toMatchObject({ status: 200, body: { roles: ['admin', 'operator'] } });
    const refused = await ask(null);
    expect(refused).toMatchObject({ status: 401, body: { type: 'urn:maestro:problem:credentials_missing' } });
    expect(refused.challenge).toMatch(/^Bearer\b/);
  });

  it.skipIf(!isInstalled)('wrong credentials are counted by the address that the proxy was called from', async () => {
    // The test is on the machine of the proxy, which is trusted: the next address to the left is that
    // of the caller. What stands left of that, the caller may have written.
    const wrong = async (forwarded: string) => (await ask('Bearer wrong', forwarded)).status;
    const address = (last: number) => `203.0.113.${10 * ['nginx', 'haproxy', 'apache'].indexOf(name) + last}`;
    for (let count = 0; count < MOST_A_MINUTE; count += 1) {
      expect(await wrong(`192.0.2.${count}, ${address(1)}`)).toBe(401);
    }
    expect(await wrong(`192.0.2.99, ${address(1)}`)).toBe(429);
    expect(await wrong(`192.0.2.99, ${address(2)}`)).toBe(401);
    expect((await ask(`Bearer ${server.secret}`, address(1))).status).toBe(200);
  });
});
