import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import type { AddressKind } from '../../src/outbound/address.ts';
import { type Outbound, openOutbound } from '../../src/outbound/client.ts';

const servers: Server[] = [];
const clients: Outbound[] = [];
afterAll(async () => {
  await Promise.all(clients.map((one) => one.close()));
  for (const one of servers) one.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(kinds: readonly AddressKind[] = ['local'], maxMs = 30_000, maxBytes = 1_000): Outbound {
  const one = openOutbound({ allows: (kind) => kinds.includes(kind), maxMs, maxBytes });
  clients.push(one);
  return one;
}

describe('a request to elsewhere', () => {
  it('returns the bytes of a 200', async () => {
    const url = await serve((_request, response) => response.end('{"a":1}'));
    expect((await client().get(`${url}/x`)).toString()).toBe('{"a":1}');
    expect((await client().get(`${url.replace('127.0.0.1', 'localhost')}/x`)).toString()).toBe('{"a":1}');
  });

  it('follows no redirect', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve(({ url: path }, response) => {
      asked.push(path);
      response.writeHead(302, { location: '/secret' }).end();
    });
    await expect(client().get(`${url}/x`)).rejects.toThrow('answered 302 where 200 is expected');
    expect(asked).toEqual(['/x']);
  });

  it('ends at its greatest size, stated or not', async () => {
    for (const headers of [{ 'content-length': '1001' }, {}]) {
      const url = await serve((_request, response) => response.writeHead(200, headers).end('a'.repeat(1_001)));
      await expect(client().get(url)).rejects.toThrow();
    }
    const fits = await serve((_request, response) => response.end('a'.repeat(1_000)));
    expect(await client().get(fits)).toHaveLength(1_000);
  });

  it('ends when its time is up, before and within the body', async () => {
    const silent = await serve(() => {});
    const slow = await serve((_request, response) => void response.writeHead(200).write('a'));
    for (const url of [silent, slow]) await expect(client(['local'], 200).get(url)).rejects.toThrow(/time/i);
  });

  it('goes to no address that is not allowed, whether it is written or looked up', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const port = new URL(url).port;
    const outside = client(['public']);
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost', '2130706433', '0x7f.1', '127.1'])
      await expect(outside.get(`https://${host}:${port}/`)).rejects.toThrow('an address that requests may not go to');
    await expect(client(['local']).get('https://169.254.169.254/')).rejects.toThrow('may not go to');
    expect(asked).toBe(0);
  });

  it.each([
    'http://example.com/',
    'http://10.0.0.1/',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'http://localhost.example.com/',
  ])('is https, not %s', async (url) => {
    await expect(client(['local', 'public', 'private']).get(url)).rejects.toThrow('The URL must be https');
  });

  it('carries no user', async () => {
    await expect(client().get('https://user:password@127.0.0.1/')).rejects.toThrow('holds a user or a password');
  });
});
