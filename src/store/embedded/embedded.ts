// The store on a PostgreSQL that Maestro starts for itself, from the binaries of an npm package, in
// a folder of its own.
import type { ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type PostgresInstanceMakers,
  type PostgresMakers,
  type PostgresStoreOptions,
  postgresStores,
} from '../postgres/postgres.ts';
import type { CoreStores, MaestroStores } from '../store.ts';
import { NOBODY, reachableBinaries } from './binaries.ts';
import { makeFolder, prepare } from './folder.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { type ExitHook, type Guard, keepRunning } from './keep-running.ts';
import { runningPostmaster, signalPostmaster } from './postmaster.ts';
import { giveUpReserve, isFull, keepReserve, SPARING } from './reserve.ts';

export type EmbeddedOptions = Omit<PostgresStoreOptions, 'url' | 'allowUnsafeDurability'> & {
  folder: string;
  log: { warn(message: string): void };
  /** Called when PostgreSQL has ended too often to be started again. */
  giveUp(error: Error): void;
  /**
   * Whether this process only frees space (prune, sweep): on a full disk it may use the reserve. A
   * server may not, and is refused there, as it would use it up.
   */
  makesRoom?: boolean;
};

/**
 * Starts PostgreSQL on `folder`, which is made if it is missing, or takes over the one that a
 * killed Maestro has left running there. Throws where another Maestro uses the folder. PostgreSQL
 * ends with `close`, and when the process exits.
 */
export async function embeddedStores<More extends object, Instance extends object>(
  options: EmbeddedOptions,
  makers: PostgresMakers<More>,
  instanceMakers: PostgresInstanceMakers<Instance>,
): Promise<MaestroStores<CoreStores & More, Instance>> {
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
    guard = await keepRunning(place, { ...options, settings, pid: process.pid, atExit: endAtExit(place.data) });
    const reached = { ...options, url: place.url, allowUnsafeDurability: false };
    const stores = await postgresStores(reached, makers, instanceMakers);
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

/**
 * Deletes the reserve if space is needed and this process may use it. Returns settings for
 * PostgreSQL.
 */
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

/**
 * Takes the lock of the folder. Waits for a holder whose PostgreSQL has not started yet or has
 * ended.
 */
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
        `${folder} is in use by Maestro (process ${holder}), which has not started PostgreSQL within a minute; ` +
          'stop that Maestro first',
      );
    }
    if (!told)
      log.warn(
        `${folder} is in use by Maestro (process ${holder}), whose PostgreSQL is not running yet; waiting for it`,
      );
    await sleep(100);
  }
}

/**
 * Ends PostgreSQL when this process exits, for whatever reason: nothing waits for it, but it does
 * not outlive us. One that was only found may belong to another Maestro, of a version that does not
 * lock the folder; it is left alone.
 */
function endAtExit(data: string): ExitHook {
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
