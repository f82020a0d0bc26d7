// The store on a PostgreSQL that Maestro starts for itself, from the binaries of an npm package, in a folder of its own.
import type { ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresStoreOptions, postgresStores, type TenantStores } from '../postgres/postgres.ts';
import type { MaestroStores } from '../store.ts';
import { NOBODY, reachableBinaries } from './binaries.ts';
import { makeFolder, type Place, prepare } from './folder.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { endPostmaster, runningPostmaster, signalPostmaster } from './postmaster.ts';
import { type Running, type Starting, startPostmaster } from './postmaster-start.ts';
import { giveUpReserve, isFull, keepReserve, SPARING } from './reserve.ts';

export type EmbeddedOptions = Omit<PostgresStoreOptions, 'url' | 'allowUnsafeDurability'> & {
  folder: string;
  log: { warn(message: string): void };
  /** Called once PostgreSQL has ended too often to be started again. */
  giveUp(error: Error): void;
  /**
   * Whether this process only frees space (prune, sweep): on a full disk it may use the reserve. A server may not, and is refused there, as it would
   * use it up.
   */
  makesRoom?: boolean;
};

/**
 * Starts PostgreSQL on `folder`, which is made where it is missing, or takes over the one that a killed Maestro has left
 * running there. Throws where another Maestro is at work in it. `close` ends PostgreSQL too, and so does the exit of the process.
 */
export async function embeddedStores(options: EmbeddedOptions): Promise<MaestroStores<TenantStores>> {
  const folder = resolve(options.folder);
  const owner = process.getuid?.() === 0 ? NOBODY : undefined;
  await makeFolder(folder, owner);
  const lock = await requireFolder(folder, options.log);
  let guard: Guard | null = null;
  const closing = new AbortController();
  let keeping = Promise.resolve();
  const close = async () => {
    closing.abort();
    await keeping;
    await guard?.stop();
    await lock.release();
  };
  try {
    const settings = await makeRoom(folder, options);
    const place = await prepare(folder, owner, await reachableBinaries(owner));
    guard = await keepRunning(place, options, settings);
    const stores = await postgresStores({ ...options, url: place.url, allowUnsafeDurability: false });
    if (options.makesRoom !== true) keeping = keepReserve(folder, closing.signal).catch(() => {});
    return {
      ...stores,
      kind: 'embedded',
      async close() {
        await stores.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw await withCure(error as Error, folder, options);
  }
}

/** Deletes the reserve if space is needed and this process may use it. Returns settings for PostgreSQL. */
async function makeRoom(folder: string, { makesRoom, log }: EmbeddedOptions): Promise<readonly string[]> {
  if (makesRoom !== true || !(await isFull(folder))) return [];
  if (await giveUpReserve(folder)) log.warn('The disk is full; using the reserved space');
  else log.warn('The disk is full and no space is reserved; PostgreSQL may not start');
  return SPARING;
}

async function withCure(error: Error, folder: string, { makesRoom }: EmbeddedOptions): Promise<Error> {
  if (makesRoom === true || !(await isFull(folder).catch(() => false))) return error;
  const cure = 'the disk is full: free some space, or run prune and sweep, which have some reserved';
  return new Error(`${error.message}; ${cure}`, { cause: error });
}

const HOLDER_LIMIT_MS = 60_000;

/** Takes the lock of the folder. One whose holder has no PostgreSQL yet, or no more, is waited for. */
async function requireFolder(folder: string, log: EmbeddedOptions['log']): Promise<FolderLock> {
  const data = join(folder, 'postgres');
  const began = performance.now();
  for (let told = false; ; told = true) {
    const lock = await lockFolder(folder, process.pid);
    if ('release' in lock) return lock;
    const { holder } = lock;
    const running = runningPostmaster(data);
    if (running !== null) {
      throw new Error(
        `${folder} is in use by Maestro (process ${holder}) with PostgreSQL (process ${running.pid}); stop that Maestro first`,
      );
    }
    if (performance.now() - began > HOLDER_LIMIT_MS) {
      throw new Error(
        `${folder} is in use by Maestro (process ${holder}), which has not started PostgreSQL within a minute; stop that Maestro first`,
      );
    }
    if (!told)
      log.warn(
        `${folder} is in use by Maestro (process ${holder}), whose PostgreSQL is not running yet; waiting for it`,
      );
    await sleep(100);
  }
}

const RESTARTS_A_MINUTE = 5;
const MINUTE_MS = 60_000;
const CLOSE_MS = 1_000;

type Guard = { stop(): Promise<void> };

/** PostgreSQL, started again whenever it ends by itself, and the lock that tells other Maestros to keep away. */
async function keepRunning(
  place: Place,
  { log, giveUp, connectTimeoutMs }: EmbeddedOptions,
  settings: readonly string[],
): Promise<Guard> {
  const stopping = new AbortController();
  const ends = endAtExit(place.data);
  const how: Starting = {
    name: `maestro ${process.pid}`,
    pid: process.pid,
    connectTimeoutMs,
    settings,
    say: (message) => log.warn(message),
    signal: stopping.signal,
    started: ends.add,
  };
  const restart = restarts(place, log, giveUp);
  let running: Running;
  try {
    running = await startPostmaster(place, how);
    ends.own(running.pid);
  } catch (error) {
    ends.remove();
    throw error;
  }
  let restarting = Promise.resolve();
  watch();

  function watch(): void {
    running.guard.once('end', () => {
      restarting = again();
    });
  }

  async function again(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (!(await restart.mayGoOn())) return;
      if (stopping.signal.aborted) return;
      try {
        running = await startPostmaster(place, how);
        ends.own(running.pid);
        watch();
        return;
      } catch (error) {
        if (!stopping.signal.aborted) log.warn(`PostgreSQL did not start: ${(error as Error).message}`);
      }
    }
  }

  return {
    async stop() {
      stopping.abort();
      await restarting;
      const cut = setTimeout(() => running.guard.connection.stream.destroy(), CLOSE_MS);
      await running.guard.end().catch(() => {});
      clearTimeout(cut);
      await endPostmaster(place.data);
      ends.remove();
    },
  };
}

/** Whether PostgreSQL is to be started again, which is counted, or waited for, which is not. */
function restarts({ data, logFile }: Place, log: EmbeddedOptions['log'], giveUp: EmbeddedOptions['giveUp']) {
  const ended: number[] = [];
  return {
    async mayGoOn(): Promise<boolean> {
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
    },
  };
}

/**
 * Ends PostgreSQL at the exit of this process, however that comes about: nobody waits for it, but it does not outlive us. One that was only found
 * may be that of another Maestro, of a version that knows no lock of the folder; it is left alone.
 */
function endAtExit(data: string): { add(child: ChildProcess): void; own(pid: number): void; remove(): void } {
  let latest: ChildProcess | null = null;
  let owned: number | null = null;
  const end = () => {
    // It may not have written its file yet.
    if (latest !== null && latest.exitCode === null && latest.signalCode === null) latest.kill('SIGINT');
    else if (owned !== null && runningPostmaster(data)?.pid === owned) signalPostmaster(owned, 'SIGINT');
  };
  process.on('exit', end);
  return {
    add(child) {
      latest = child;
    },
    own(pid) {
      owned = pid;
    },
    remove: () => void process.off('exit', end),
  };
}
