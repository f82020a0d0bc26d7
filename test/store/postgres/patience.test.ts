import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { answered, patiently, whileItLives } from '../../../src/store/postgres/patience.ts';
import { cuttingProxy } from '../../cutting-proxy.ts';
import { newDatabase } from '../database.ts';

const servers: { close(): unknown }[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** A server that accepts connections and says nothing. */
async function silentServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push({ close: () => [server.close(), ...[...sockets].map((socket) => socket.destroy())] });
  return (server.address() as AddressInfo).port;
}

/** A server that can be made to say nothing more. */
async function silenceable() {
  const { url } = await newDatabase();
  const { hostname, port } = new URL(url);
  const proxy = await cuttingProxy({ host: hostname, port: Number(port) });
  servers.push(proxy);
  const through = new URL(url);
  through.port = String(proxy.port);
  return { url: through.href, port: proxy.port, silence: proxy.silence };
}

const said: string[] = [];
const settings = { ms: 500, say: (message: string) => said.push(message) };

describe('a start that waits for PostgreSQL', () => {
  it('names the server that accepts connections and says nothing, and not its password', async () => {
    const port = await silentServer();
    await expect(patiently(`postgres://maestro:secret@127.0.0.1:${port}/x`, settings, async () => 1)).rejects.toThrow(
      new RegExp(
        `^PostgreSQL at 127\\.0\\.0\\.1:${port} has not answered for 500 ms \\(DATABASE_CONNECT_TIMEOUT_MS\\): waited for a connection$`,
      ),
    );
  });

  it('says in one line what keeps it from connecting', async () => {
    const refused = patiently('postgres://maestro:secret@127.0.0.1:1/x', settings, async () => 1);
    await expect(refused).rejects.toThrow(/^Cannot connect to PostgreSQL at 127\.0\.0\.1:1: connect ECONNREFUSED.*$/);
    const unknown = patiently('postgres://maestro:secret@no-such-host.invalid/x', settings, async () => 1);
    await expect(unknown).rejects.toThrow(/^Cannot connect to PostgreSQL at no-such-host\.invalid:5432: .+$/);
    const { url } = await newDatabase();
    await expect(patiently(`${url}_not_there`, settings, async () => 1)).rejects.toThrow(
      /^Cannot connect to PostgreSQL at .+: database "\w+_not_there" does not exist$/,
    );
  });

  it('says the errors of all addresses of a name', async () => {
    // Both loopback addresses refuse, which Node tells by an error without a message.
    await expect(patiently('postgres://localhost:1/x', settings, async () => 1)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('says what it waited for where the server falls silent after it has let it in', async () => {
    const { url, port, silence } = await silenceable();
    const began = performance.now();
    const work = patiently(url, settings, async (client, patience) => {
      silence();
      return answered(client, patience, 'its settings', () => client.query('SELECT 1'));
    });
    await expect(work).rejects.toThrow(
      `PostgreSQL at 127.0.0.1:${port} has not answered for 500 ms (DATABASE_CONNECT_TIMEOUT_MS): waited for its settings`,
    );
    expect(performance.now() - began).toBeGreaterThan(450);
  });

  it('waits for what takes longer, and reports on it, as long as the server lives', async () => {
    const { url, port, silence } = await silenceable();
    const slow = patiently(url, settings, (client, patience) =>
      whileItLives(client, patience, 'a long one', async () => (await client.query('SELECT pg_sleep(3)')).rowCount),
    );
    await expect(slow).resolves.toBe(1);
    expect(said).toContain(`PostgreSQL at 127.0.0.1:${port} has been busy for 1 s with a long one`);
    const stuck = patiently(url, settings, (client, patience) =>
      whileItLives(client, patience, 'a stuck one', async () => {
        const asked = client.query('SELECT pg_sleep(60)');
        await Promise.all([asked, sleep(200).then(silence)]);
      }),
    );
    await expect(stuck).rejects.toThrow(
      'has not answered for 500 ms (DATABASE_CONNECT_TIMEOUT_MS): waited for a stuck one',
    );
  });

  it('lets errors of its work through as they are', async () => {
    const { url } = await newDatabase();
    const failing = patiently(url, settings, (client, patience) =>
      whileItLives(client, patience, 'work', () =>
        answered(client, patience, 'work', () => client.query('SELECT 1/0')),
      ),
    );
    await expect(failing).rejects.toThrow(/^division by zero$/);
  });
});
