// A TCP proxy in front of a server, which cuts all connections when told to.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type CuttingProxy = {
  port: number;
  /** Resets every connection that is open now, on both sides. Returns how many there were. */
  cut(): number;
  close(): Promise<void>;
};

export async function cuttingProxy(to: { host: string; port: number }): Promise<CuttingProxy> {
  const pairs = new Map<Socket, Socket>();
  const server = createServer((client) => {
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
    return open.length;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
