// Keeps PostgreSQL running on a folder: started again when it ends by itself, and given up when it
// ends too often.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './folder.ts';
import { endPostmaster, runningPostmaster } from './postmaster.ts';
import { type Running, type Starting, startPostmaster } from './postmaster-start.ts';

const RESTARTS_A_MINUTE = 5;
const MINUTE_MS = 60_000;
const CLOSE_MS = 1_000;

/**
 * Ends PostgreSQL at the exit of this process: the one that was started, and the one that is owned.
 */
export type ExitHook = { add(child: ChildProcess): void; own(pid: number): void; remove(): void };

export type KeepRunning = {
  /** Id of this process. */
  pid: number;
  connectTimeoutMs: number;
  /** Settings of PostgreSQL in addition to those that it always gets. */
  settings: readonly string[];
  atExit: ExitHook;
  log: { warn(message: string): void };
  /** Called when PostgreSQL has ended too often to be started again. */
  giveUp(error: Error): void;
};

export type Guard = { stop(): Promise<void> };

/** What runs now; `restarting` resolves when no restart is under way. */
type Kept = { running: Running; restarting: Promise<void> };

/**
 * Starts PostgreSQL, and starts it again whenever it ends by itself. The lock that it holds keeps
 * other Maestros away.
 */
export async function keepRunning(place: Place, options: KeepRunning): Promise<Guard> {
  const { atExit } = options;
  const stopping = new AbortController();
  const start = starter(place, options, stopping.signal);
  const mayGoOn = restartLimit(place, options);
  const kept: Kept = { running: await firstOf(start, atExit), restarting: Promise.resolve() };
  const watch = () =>
    kept.running.guard.once('end', () => {
      kept.restarting = restarted(start, mayGoOn, options, stopping.signal).then((running) => {
        if (running === null) return;
        kept.running = running;
        watch();
      });
    });
  watch();
  return {
    async stop() {
      stopping.abort();
      await kept.restarting;
      await closed(kept.running);
      await endPostmaster(place.data);
      atExit.remove();
    },
  };
}

type Start = () => Promise<Running>;

function starter(
  place: Place,
  { pid, connectTimeoutMs, settings, atExit, log }: KeepRunning,
  signal: AbortSignal,
): Start {
  const name = `maestro ${pid}`;
  const say = (message: string) => log.warn(message);
  const how: Starting = { name, pid, connectTimeoutMs, settings, say, signal, started: atExit.add };
  return async () => {
    const running = await startPostmaster(place, how);
    atExit.own(running.pid);
    return running;
  };
}

async function firstOf(start: Start, atExit: ExitHook): Promise<Running> {
  try {
    return await start();
  } catch (error) {
    atExit.remove();
    throw error;
  }
}

/** What runs after a restart; null where there was none, because it was stopped or given up. */
async function restarted(
  start: Start,
  mayGoOn: () => Promise<boolean>,
  { log }: KeepRunning,
  signal: AbortSignal,
): Promise<Running | null> {
  while (!signal.aborted) {
    if (!(await mayGoOn())) return null;
    if (signal.aborted) return null;
    try {
      return await start();
    } catch (error) {
      if (!signal.aborted) log.warn(`PostgreSQL did not start: ${(error as Error).message}`);
    }
  }
  return null;
}

async function closed({ guard }: Running): Promise<void> {
  const cut = setTimeout(() => guard.connection.stream.destroy(), CLOSE_MS);
  await guard.end().catch(() => {});
  clearTimeout(cut);
}

/**
 * Says whether PostgreSQL may be started again, after a pause. Restarts are counted, waiting for
 * its own recovery is not.
 */
function restartLimit({ data, logFile }: Place, { log, giveUp }: KeepRunning): () => Promise<boolean> {
  const ended: number[] = [];
  return async () => {
    // It ends all sessions where one of its processes has died, and recovers by itself.
    if (runningPostmaster(data) !== null) {
      log.warn('PostgreSQL has closed its connections and is recovering; waiting for it');
      await sleep(100);
      return true;
    }
    const now = performance.now();
    ended.push(now);
    while ((ended[0] ?? now) < now - MINUTE_MS) ended.shift();
    if (ended.length > RESTARTS_A_MINUTE) {
      giveUp(new Error(`PostgreSQL ended ${ended.length} times within a minute; ${logFile} tells why`));
      return false;
    }
    log.warn('PostgreSQL has ended unexpectedly; starting it again');
    await sleep(100 * 2 ** ended.length);
    return true;
  };
}
