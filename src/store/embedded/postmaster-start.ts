// Starts PostgreSQL on a data folder, or takes over the one that a killed Maestro has left there,
// and waits until it answers.
import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Place } from './folder.ts';
import { endPostmaster, forgetDeadPostmaster, runningPostmaster } from './postmaster.ts';
import { lastLines, linesSince, messageOf, sizeOf } from './server-log.ts';

export type Starting = {
  /** The name of this process, which identifies it to another Maestro that finds it. */
  name: string;
  /** Id of this process. */
  pid: number;
  connectTimeoutMs: number;
  /** Settings of PostgreSQL in addition to those that it always gets. */
  settings: readonly string[];
  say(message: string): void;
  /** Aborts the wait. */
  signal: AbortSignal;
  /** Receives the process that was started, so that it is ended whatever happens. */
  started(child: ChildProcess): void;
};

/**
 * A postmaster, and the connection that holds the lock by which older versions of Maestro see that
 * the folder is in use.
 */
export type Running = { pid: number; guard: pg.Client };

/** How long what a dead postmaster has left behind can keep the next one from starting. */
const LEFTOVERS_MS = 20_000;
const LEFTOVERS = /still in use|already exists|is in use/;

export async function startPostmaster(place: Place, how: Starting): Promise<Running> {
  const until = performance.now() + LEFTOVERS_MS;
  for (;;) {
    how.signal.throwIfAborted();
    const found = runningPostmaster(place.data);
    const running = found === null ? await spawnOne(place, how, until) : await takeOver(place, found.pid, how);
    if (running !== null) return running;
    await sleep(200);
  }
}

async function takeOver(place: Place, pid: number, how: Starting): Promise<Running | null> {
  const isAlive = () => runningPostmaster(place.data)?.pid === pid;
  const guard = await reach(place, how, pid, isAlive, how.connectTimeoutMs);
  if (guard === null) return null;
  await takeLock(guard, pid);
  return { pid, guard };
}

/** Null where something that a dead postmaster has left behind is in the way, which passes. */
async function spawnOne(place: Place, how: Starting, until: number): Promise<Running | null> {
  const logged = await sizeOf(place.logFile);
  const child = await launch(place, how);
  const pid = child.pid ?? 0;
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  const hasEnded = () => failure !== null || child.exitCode !== null || child.signalCode !== null;
  try {
    const guard = await reach(place, how, pid, () => !hasEnded(), START_LIMIT_MS);
    if (guard !== null) {
      await takeLock(guard, pid);
      return { pid, guard };
    }
  } catch (error) {
    // It may not have written the file yet by which it would be found.
    if (!hasEnded()) child.kill('SIGINT');
    for (let waited = 0; waited < STOP_LIMIT_MS && !hasEnded(); waited += POLL_MS) await sleep(POLL_MS);
    await endPostmaster(place.data);
    throw error;
  }
  if (failure !== null) throw failure;
  const reason = (await linesSince(place.logFile, logged)).findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? '';
  if (LEFTOVERS.test(reason) && performance.now() < until) return null;
  const status = child.exitCode ?? child.signalCode;
  throw new Error(
    `PostgreSQL ended with ${status}${reason === '' ? '' : `: ${messageOf(reason)}`}; ${place.logFile} tells why`,
  );
}

async function launch(place: Place, how: Starting): Promise<ChildProcess> {
  const { owner, data } = place;
  forgetDeadPostmaster(data, how.pid, owner);
  const log = await open(place.logFile, 'a');
  const settings = ['listen_addresses=', `unix_socket_directories=${place.socket}`, 'unix_socket_permissions=0700'];
  const safe = ['max_connections=200', 'fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];
  const flags = [...settings, ...safe, ...how.settings].flatMap((flag) => ['-c', flag]);
  // A session of its own: Ctrl-C reaches only Maestro, which ends PostgreSQL after its last write.
  const child = spawn(place.postgres, ['-D', data, ...flags], {
    ...owner,
    cwd: data,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  how.started(child);
  child.unref();
  await log.close();
  return child;
}

const POLL_MS = 20;
const SLOW_POLL_MS = 250;
const STOP_LIMIT_MS = 8_000;
const START_LIMIT_MS = 120_000;
/** How long a postmaster that was found may have no socket yet. */
const LISTEN_LIMIT_MS = 60_000;
const REPORT_MS = 5_000;

/**
 * What PostgreSQL answers while it starts, recovers or stops, and where it has no connection left.
 */
const NOT_YET = ['57P03', '53300'];

/**
 * A connection as soon as there is one, however long PostgreSQL recovers; null where it ends.
 * Throws where it does not answer for `silenceMs`.
 */
async function reach(place: Place, how: Starting, pid: number, isAlive: () => boolean, silenceMs: number) {
  const began = performance.now();
  let heard = began;
  let said = began;
  while (isAlive()) {
    how.signal.throwIfAborted();
    const client = await connect(place.url, how).catch((error: Error & { code?: string }) => error);
    if (client instanceof pg.Client) return client;
    const now = performance.now();
    const isAnswer = client instanceof pg.DatabaseError;
    if (isAnswer && !NOT_YET.includes(client.code ?? '')) throw client;
    if (isAnswer) heard = now;
    const limit = NO_SOCKET.includes(client.code ?? '') ? Math.max(silenceMs, LISTEN_LIMIT_MS) : silenceMs;
    if (now - heard >= limit) throw silence(pid, place, silenceMs);
    if (now - said >= REPORT_MS) {
      said = now;
      how.say(await report(place, pid, now - began));
    }
    await sleep(now - began < 1_000 ? POLL_MS : SLOW_POLL_MS);
  }
  return null;
}

const NO_SOCKET = ['ENOENT', 'ECONNREFUSED'];

function silence(pid: number, { data }: Place, ms: number): Error {
  const limit = ms === START_LIMIT_MS ? `${ms} ms` : `${ms} ms (DATABASE_CONNECT_TIMEOUT_MS)`;
  return new Error(
    `PostgreSQL ${pid} runs on ${data} and has not answered for ${limit}: end it with kill -KILL ${pid}, and start again`,
  );
}

async function report({ logFile, data }: Place, pid: number, ms: number): Promise<string> {
  const { status } = runningPostmaster(data) ?? { status: 'starting' };
  const doing = status === 'stopping' ? 'stops' : 'starts or recovers';
  const line = (await lastLines(logFile)).findLast((one) => one.includes('LOG:'));
  const says = line === undefined ? '' : `; ${messageOf(line)}`;
  return `PostgreSQL ${pid} ${doing}, and is waited for: ${Math.round(ms / 1_000)} s so far${says}`;
}

async function connect(url: string, { name, connectTimeoutMs }: Starting): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

const LOCK = 0x4d535445;
/** The session of a Maestro that was killed holds its lock until PostgreSQL has noticed. */
const LOCK_LIMIT_MS = 3_000;

async function takeLock(client: pg.Client, pid: number): Promise<void> {
  for (const end = performance.now() + LOCK_LIMIT_MS; ; await sleep(100)) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > end) break;
  }
  const holder = await client.query(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND objid = $1",
    [LOCK],
  );
  await client.end();
  const name = holder.rows[0]?.application_name ?? 'another Maestro';
  throw new Error(`The folder is in use by ${name} with PostgreSQL (process ${pid}); stop that Maestro first`);
}
