// The sockets: the addresses that they are bound to, and how they close.
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { answerClientError, type Below, createHttpServer, type HttpLimits } from './http-server.ts';
import { closing, connectionsOf, openAt } from './let-go.ts';
import type { Stop } from './stopping.ts';

/**
 * Listens on `host`; for `localhost` on both loopback addresses, as clients try either. Throws if
 * an address is in use; a machine without IPv6 is served on IPv4 alone. Returns the URL; `open`,
 * which counts unanswered requests; and `close`, which stops listening and waits until every
 * request is answered or the stop is over.
 */
export async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  limits: HttpLimits,
  deps: { newId(): string; stop: Stop },
) {
  const first = connectionsOf(app.server);
  if (host !== 'localhost') {
    const close = () => closing([first], deps.stop, () => app.close());
    return { url: await app.listen({ host, port }), open: () => openAt([first]), close };
  }
  const url = await app.listen({ host: '127.0.0.1', port });
  const bound = (app.server.address() as AddressInfo).port;
  const below: Below = { newId: () => deps.newId(), log: () => app.log };
  const second = createHttpServer(app.routing as (request: IncomingMessage, response: unknown) => void, limits, below);
  const other = connectionsOf(second);
  second.on('clientError', (error, socket) => answerClientError(error, socket, below));
  try {
    await bind(second, '::1', bound);
    app.log.info(`Server listening at http://[::1]:${bound}`);
  } catch (error) {
    if (!NO_IPV6.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  const both = [first, other];
  const close = () => closing(both, deps.stop, () => Promise.all([app.close(), closed(second)]));
  return { url: url.replace('127.0.0.1', 'localhost'), open: () => openAt(both), close };
}

const NO_IPV6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The error of a server that never listened changes nothing.
    server.close(() => resolve());
  });
}
