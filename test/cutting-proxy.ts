// A TCP proxy in front of a server, which cuts all connections when told to.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type CuttingProxy = {
  port: number;
  /** Resets every connection that is open now, on both sides. Returns how many there were. */
  cut(): number;
  /** Passes nothing on from now on: connections stay open, new ones are accepted, and nothing is answered. */
  silence(): void;
  close(): Promise<void>;
};

export async function cuttingProxy(to: { host: string; port: number }): Promise<CuttingProxy> {
  const pairs = new Map<Socket, Socket>();
  const silent = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    if (isSilent) silent.add(client.on('error', () => {}));
    if (isSilent) return;
    const upstream = connect(to);
    pairs.set(client, upstream);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {});
      one.once('close', () => {
        other.destroy();
        pairs.delete(client);
      });
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    const open = [...pairs];
    for (const [client, upstream] of open) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    for (const client of silent) client.resetAndDestroy();
    return open.length;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    silence() {
      isSilent = true;
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
