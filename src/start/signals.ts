// What signals do, before the server can stop in order and afterwards.
import closeWithGrace from 'close-with-grace';
import type { FastifyBaseLogger } from 'fastify';
import type { Host } from './host.ts';
import { strayRejections } from './stray-rejections.ts';

const STOPS = ['SIGINT', 'SIGTERM'] as const;
const NO_STOPS = ['SIGHUP', 'SIGUSR2'] as const;

/**
 * npm and process managers send one stop twice; only a second one after this time is a person's,
 * and stops at once.
 */
const ECHO_MS = 500;

/** What each signal does now. */
export type Signals = Record<'SIGHUP' | (typeof STOPS)[number], () => void>;

/**
 * Listens to signals. At first they end a process that cannot stop in order yet, in a way that ends
 * an embedded PostgreSQL too, with the exit status that a shell reports. Listeners are never
 * exchanged: a signal that has arrived and is not handled yet would be lost with its listener.
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
  /** Time limit for the stop. */
  hardStopMs: number;
  /** Stops in order. */
  stop(): Promise<void>;
  /** What a hang-up does instead of stopping. */
  hangUp(): void;
};

/**
 * From now on the process stops in order, at a signal and at an uncaught error. A hang-up or a
 * stray signal must not end a process that holds everything in memory: Node ends at both without a
 * listener, even under nohup.
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
