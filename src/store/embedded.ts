// The store on a PostgreSQL that Maestro starts for itself, from the binaries of an npm package, in a folder of its own.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { type PostgresStoreOptions, postgresStores } from './postgres.ts';
import { closedFolder, exists, NOBODY, type Owner, reachableBinaries } from './postgres-binaries.ts';
import type { MaestroStores } from './store.ts';

export type EmbeddedOptions = Omit<PostgresStoreOptions, 'url' | 'allowUnsafeDurability'> & {
  folder: string;
  log: { warn(message: string): void };
  /** Called once PostgreSQL has ended too often to be started again. */
  giveUp(error: Error): void;
};

/**
 * Starts PostgreSQL on `folder`, which is made where it is missing, or takes over the one that a killed Maestro has left
 * running there. Throws where another Maestro is at work in it. `close` ends PostgreSQL too.
 */
export async function embeddedStores(options: EmbeddedOptions): Promise<MaestroStores> {
  const place = await prepare(resolve(options.folder));
  const guard = await keepRunning(place, options);
  try {
    const stores = await postgresStores({ ...options, url: place.url, allowUnsafeDurability: false });
    return {
      ...stores,
      kind: 'embedded',
      async close() {
        await stores.close();
        await guard.stop();
      },
    };
  } catch (error) {
    await guard.stop();
    throw error;
  }
}

type Place = { data: string; socket: string; logFile: string; url: string; postgres: string; owner: Owner | undefined };

const MAX_SOCKET_PATH = 90;
const USER = 'maestro';
const execute = promisify(execFile);

/** Makes the folder with a fresh cluster in it, where there is none. What is interrupted on the way is begun again. */
async function prepare(folder: string): Promise<Place> {
  const owner = process.getuid?.() === 0 ? NOBODY : undefined;
  const { initdb, postgres } = await reachableBinaries(owner);
  const closed = owner === undefined ? null : await closedFolder(folder);
  if (closed !== null) {
    throw new Error(`PostgreSQL cannot run as root, and others may not enter ${closed}: choose a folder outside of it`);
  }
  const data = join(folder, 'postgres');
  const passwordFile = join(folder, 'password');
  await mkdir(dirname(folder), { recursive: true });
  if (!(await exists(folder))) await mkdir(folder, { mode: 0o700 });
  await own(folder, owner);
  if (!(await exists(join(data, 'PG_VERSION')))) {
    const fresh = join(folder, 'postgres.new');
    await rm(fresh, { recursive: true, force: true });
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    await own(passwordFile, owner);
    const flags = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C'];
    await execute(initdb, ['-D', fresh, '-U', USER, ...flags], { ...owner, cwd: folder });
    await rename(fresh, data);
  }
  const socket = await socketFolder(folder, owner);
  const password = (await readFile(passwordFile, 'utf8')).trim();
  const url = `postgres:///postgres?${new URLSearchParams({ host: socket, user: USER, password })}`;
  return { data, socket, logFile: join(folder, 'postgres.log'), url, postgres, owner };
}

// The address of a socket may have some hundred bytes.
async function socketFolder(folder: string, owner: Owner | undefined): Promise<string> {
  const beside = join(folder, 'socket');
  const short = Buffer.byteLength(beside) <= MAX_SOCKET_PATH;
  const known = await readFile(join(folder, 'socket.path'), 'utf8').catch(() => '');
  if (!short && known !== '' && (await exists(known))) return known;
  const made = short ? beside : await mkdtemp(join(tmpdir(), 'maestro-'));
  await mkdir(made, { recursive: true, mode: 0o700 });
  await own(made, owner);
  if (!short) await writeFile(join(folder, 'socket.path'), made);
  return made;
}

async function own(path: string, owner: Owner | undefined): Promise<void> {
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}

const RESTARTS_A_MINUTE = 5;
const MINUTE_MS = 60_000;

/** PostgreSQL, started again whenever it ends by itself, and the lock that tells other Maestros to keep away. */
async function keepRunning(place: Place, { log, giveUp }: EmbeddedOptions): Promise<{ stop(): Promise<void> }> {
  let stopping = false;
  const ended: number[] = [];
  let running = await start(place);
  let restarting = Promise.resolve();
  watch();

  function watch(): void {
    running.guard.once('end', () => {
      restarting = again();
    });
  }

  async function again(): Promise<void> {
    while (!stopping) {
      const now = performance.now();
      ended.push(now);
      while ((ended[0] ?? now) < now - MINUTE_MS) ended.shift();
      if (ended.length > RESTARTS_A_MINUTE) {
        giveUp(new Error(`PostgreSQL ended ${ended.length} times within a minute; ${place.logFile} tells why`));
        return;
      }
      log.warn('PostgreSQL has ended by itself; it is started again');
      await sleep(100 * 2 ** ended.length);
      if (stopping) return;
      try {
        running = await start(place);
        watch();
        return;
      } catch (error) {
        log.warn(`PostgreSQL did not start: ${(error as Error).message}`);
      }
    }
  }

  return {
    async stop() {
      stopping = true;
      await restarting;
      await running.guard.end().catch(() => {});
      await end(running.pid);
    },
  };
}

type Running = { pid: number; guard: pg.Client };

/** Starts PostgreSQL, or finds it running, and takes the lock. */
async function start(place: Place): Promise<Running> {
  const found = await connect(place.url);
  if (found !== null) {
    const pid = await postmasterPid(place);
    await takeLock(found, pid);
    return { pid, guard: found };
  }
  const log = await open(place.logFile, 'a');
  const settings = ['listen_addresses=', `unix_socket_directories=${place.socket}`, 'unix_socket_permissions=0700'];
  const flags = [...settings, 'max_connections=200', 'fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];
  // A session of its own: Ctrl-C reaches Maestro alone, which ends PostgreSQL after its last write.
  const child = spawn(place.postgres, ['-D', place.data, ...flags.flatMap((flag) => ['-c', flag])], {
    ...place.owner,
    cwd: place.data,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  await log.close();
  const guard = await answering(child, place);
  await takeLock(guard, child.pid ?? 0);
  return { pid: child.pid ?? 0, guard };
}

const POLL_MS = 20;
const START_LIMIT_MS = 120_000;

async function answering(child: ChildProcess, place: Place): Promise<pg.Client> {
  const failed = once(child, 'error').then(([error]) => error as Error);
  for (const began = performance.now(); performance.now() - began < START_LIMIT_MS; ) {
    const guard = await connect(place.url);
    if (guard !== null) return guard;
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended)
      throw new Error(`PostgreSQL ended with ${child.exitCode ?? child.signalCode}; ${place.logFile} tells why`);
    const error = await Promise.race([failed, sleep(POLL_MS)]);
    if (error instanceof Error) throw error;
  }
  throw new Error(`PostgreSQL did not answer; ${place.logFile} tells why`);
}

async function connect(url: string): Promise<pg.Client | null> {
  // The name tells another Maestro whom it has met.
  const client = new pg.Client({ connectionString: url, application_name: `maestro ${process.pid}`, keepAlive: true });
  client.on('error', () => {});
  return client.connect().then(
    () => client,
    () => null,
  );
}

const LOCK = 0x4d535445;

async function takeLock(client: pg.Client, pid: number): Promise<void> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]);
  if (rows[0]?.taken === true) return;
  const holder = await client.query(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND objid = $1",
    [LOCK],
  );
  await client.end();
  const name = holder.rows[0]?.application_name ?? 'another Maestro';
  throw new Error(`The folder is in use by ${name} with PostgreSQL ${pid}`);
}

async function postmasterPid({ data }: Place): Promise<number> {
  return Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
}

const STOP_LIMIT_MS = 10_000;

/** Ends PostgreSQL: connections are cut, what was committed is kept. At once, where that takes too long. */
async function end(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    for (let waited = 0; waited < STOP_LIMIT_MS; waited += POLL_MS) {
      if (!signalled(pid, waited === 0 ? signal : 0)) return;
      await sleep(POLL_MS);
    }
  }
}

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
