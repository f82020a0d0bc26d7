// The command `serve`: from the first line of the log to the last.
import type { FastifyBaseLogger } from 'fastify';
import { type Readiness, stopping } from '../http/stopping.ts';
import { within } from '../http/time-limit.ts';
import { logAuth, reloadAuth } from './auth-log.ts';
import { product } from './capabilities.ts';
import { now } from './clock.ts';
import type { Config } from './config.ts';
import { configWarnings } from './config-warnings.ts';
import { giveUp } from './give-up.ts';
import { complainTo, type Host } from './host.ts';
import { loadLater } from './load-later.ts';
import { earlyLog } from './log.ts';
import { type Maestro, openMaestro } from './open.ts';
import { type Signals, stopInOrder } from './signals.ts';
import { announceStop } from './stop-log.ts';
import { STORES_IN_WORDS } from './stores.ts';
import { logTrust, reloadTrust } from './trust.ts';

/** Time limit for a stop; whatever still runs then is given up. */
const HARD_STOP_MS = 19_000;

/** The part of it reserved for closing readers and stores, after running requests had to end. */
const AFTER_REQUESTS_MS = 5_000;

/** How often a long stop logs what it waits for. */
const STOP_LINE_MS = 5_000;

/**
 * Serves until a signal stops it. Resolves when ready; throws an error of one line if it cannot
 * serve.
 */
export async function serve(config: Config, host: Host, signals: Signals): Promise<void> {
  let state: Readiness = 'starting';
  const stop = stopping(HARD_STOP_MS - AFTER_REQUESTS_MS);
  const early = earlyLog(complainTo(host));
  const maestro = await openMaestro(config, { host, log: early, stop, readiness: () => state }, product);
  const { log } = maestro.app;
  early.begin(log);
  stopInOrder(host, signals, {
    log,
    hardStopMs: HARD_STOP_MS,
    hangUp: () => readAgain(config, maestro),
    async stop() {
      state = 'stopping';
      stop.begin();
      await close(maestro, config.SHUTDOWN_WAIT_MS);
    },
  });
  await logStart(config, maestro, host.env);
  const url = await maestro.sockets.listen().catch(async (error) => {
    // A database that hangs must not keep the reason from being printed.
    await within(maestro.close(), HARD_STOP_MS, () => error as Error).catch(() => {});
    throw error;
  });
  if (stop.begun.aborted) return;
  state = 'ready';
  if (config.EVIDENCE_WARM_UP) maestro.readers.warmUp();
  loadLater(stop.begun, giveUp);
  log.info(`Maestro is ready at ${url}, its API documentation at ${url}/docs`);
}

/** Serves for `waitMs` more, then closes everything, and logs meanwhile what it waits for. */
async function close({ app, output, sockets, close }: Maestro, waitMs: number): Promise<void> {
  const announced = announceStop({
    open: sockets.open,
    graceMs: HARD_STOP_MS,
    serveMs: waitMs,
    everyMs: STOP_LINE_MS,
    log: (line) => {
      app.log.info(line);
      output.flushSync();
    },
  });
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  await close(announced.waitFor);
  announced.end();
  app.log.info('stopped');
}

/** Reads the files again that grant something, each by itself. */
function readAgain(config: Config, { app, trust, background, callers }: Maestro): void {
  const { log } = app;
  const { auth, credentials } = callers;
  if (config.TRUST_FILE === undefined && credentials.file === null) {
    log.warn('SIGHUP is ignored, as neither TRUST_FILE nor AUTH_FILE is in use; SIGTERM or SIGINT stops the server');
    return;
  }
  reloadTrust(config, trust, () => background?.stale.changed(), log);
  reloadAuth(config, credentials, auth.forget, log);
}

/** Logs what is in use, and warnings about the configuration. */
async function logStart(config: Config, maestro: Maestro, env: Host['env']): Promise<void> {
  const { app, stores, trust, callers, hasContent } = maestro;
  const { log }: { log: FastifyBaseLogger } = app;
  log[stores.durability === 'durable' ? 'info' : 'warn'](STORES_IN_WORDS[stores.durability]);
  logTrust(config, trust, log);
  if (!hasContent) log.warn('BLOB_URL is not set: artifacts can have no content, and their routes answer 503');
  for (const warning of configWarnings(env)) log.warn(warning);
  await logAuth(config, callers.credentials, { signIns: callers.signIns, now, log });
}
