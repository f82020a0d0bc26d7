// Opens the sockets of the server, and closes them once every request is answered.
import type { FastifyInstance } from 'fastify';
import type { Open } from '../http/let-go.ts';
import { type HttpLimits, listen } from '../http/listen.ts';
import type { Stop } from '../http/stopping.ts';
import type { Config } from './config.ts';
import { newId } from './new-id.ts';
import { listenFault } from './setting-faults.ts';

export type Sockets = {
  /** Listens where the configuration says, and returns the URL. Throws an error of one line where it cannot. */
  listen(): Promise<string>;
  /** What is not answered yet. */
  open(): Open;
  /** Begins to close; a stop may come while the server begins to listen. `answered` resolves when every request is answered. */
  beginClose(): Promise<{ answered: Promise<unknown> }>;
};

export function socketsOf(
  app: FastifyInstance,
  { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>,
  limits: HttpLimits,
  stop: Stop,
): Sockets {
  let listening: Awaited<ReturnType<typeof listen>> | null = null;
  let opening: Promise<unknown> = Promise.resolve();
  return {
    listen() {
      const url = listen(app, HOST, PORT, limits, { newId, stop }).then(
        (opened) => {
          listening = opened;
          return opened.url;
        },
        (error) => {
          throw listenFault(HOST, PORT, error);
        },
      );
      opening = url;
      return url;
    },
    open: () => listening?.open() ?? { requests: 0, uploads: 0 },
    async beginClose() {
      await opening.catch(() => {});
      return { answered: listening?.close() ?? app.close() };
    },
  };
}
