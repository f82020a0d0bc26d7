// What signals do, before the server can stop in order and from then on.
import closeWithGrace from 'close-with-grace';
import type { FastifyBaseLogger } from 'fastify';
import type { Host } from './host.ts';
import { strayRejections } from './stray-rejections.ts';

const STOPS = ['SIGINT', 'SIGTERM'] as const;
const NO_STOPS = ['SIGHUP', 'SIGUSR2'] as const;

/** npm and process managers send one stop twice; only a second one later than this is a person's and stops at once. */
const ECHO_MS = 500;

/** What a signal does now. */
export type Signals = Record<'SIGHUP' | (typeof STOPS)[number], () => void>;

/**
 * Heeds signals from now on. At first they stop a process that cannot stop in order yet, in a way that ends an embedded PostgreSQL, too;
 * the status is that of a shell. Listeners are never exchanged: a signal that has come and is not handled yet goes with the listener that is
 * removed.
 */
export function heedSignals(host: Pick<Host, 'on' | 'exit'>): Signals {
  const signals: Signals = {
    SIGHUP: () => host.exit(129),
    SIGINT: () => host.exit(130),
    SIGTERM: () => host.exit(143),
  };
  for (const signal of ['SIGHUP', ...STOPS] as const) host.on(signal, () => signals[signal]());
  return signals;
}

export type OrderlyStop = {
  log: FastifyBaseLogger;
  /** Everything that is under way is given up when this has passed. */
  hardStopMs: number;
  /** Stops in order. */
  stop(): Promise<void>;
  /** A hang-up stops nothing: what it does instead. */
  hangUp(): void;
};

/**
 * From now on the process stops in order, at a signal and at an error that nothing caught. A hang-up or a stray signal must not end a process
 * that holds everything in memory: Node ends at both unless they are listened to, under nohup too.
 */
export function stopInOrder(
  host: Pick<Host, 'on' | 'exit'>,
  signals: Signals,
  { log, hardStopMs, stop, hangUp }: OrderlyStop,
): void {
  host.on('SIGUSR2', () => log.warn('SIGUSR2 is ignored; SIGTERM or SIGINT stops the server'));
  signals.SIGHUP = hangUp;
  host.on('unhandledRejection', strayRejections(log));
  const grace = closeWithGrace(
    { delay: hardStopMs, logger: log, skip: [...STOPS, ...NO_STOPS, 'unhandledRejection'] },
    async ({ err }) => {
      if (err) log.fatal({ err }, 'stopping after an error that nothing caught');
      await stop();
    },
  );
  let asked: number | null = null;
  for (const signal of STOPS) {
    signals[signal] = () => {
      if (asked === null) void grace.close();
      else if (Date.now() - asked > ECHO_MS) host.exit(1);
      asked ??= Date.now();
    };
  }
}
