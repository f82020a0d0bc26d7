// The folder of the embedded PostgreSQL: its cluster, which is made if there is none, its password,
// and its socket.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolders } from '../make-folders.ts';
import { type Binaries, closedFolder, exists, type Owner } from './binaries.ts';
import { runningPostmaster } from './postmaster.ts';

export type Place = {
  data: string;
  socket: string;
  logFile: string;
  url: string;
  postgres: string;
  owner: Owner | undefined;
};

const MAX_SOCKET_PATH = 90;
const USER = 'maestro';
const execute = promisify(execFile);

/** Makes the folder if it is missing. Throws where PostgreSQL could not enter it. */
export async function makeFolder(folder: string, owner: Owner | undefined): Promise<void> {
  const closed = owner === undefined ? null : await closedFolder(folder);
  if (closed !== null) {
    throw new Error(`PostgreSQL cannot run as root, and others may not enter ${closed}: choose a folder outside of it`);
  }
  await makeFolders(dirname(folder), 0o777);
  // Two processes that start for the first time may make it at the same time.
  await makeFolders(folder, 0o700);
  await own(folder, owner);
}

/** Makes a cluster if there is none. The caller holds the lock of the folder. */
export async function prepare(folder: string, owner: Owner | undefined, binaries: Binaries): Promise<Place> {
  const data = join(folder, 'postgres');
  const passwordFile = join(folder, 'password');
  if (!(await exists(join(data, 'PG_VERSION')))) await makeCluster(folder, data, passwordFile, owner, binaries.initdb);
  const password = (await readFile(passwordFile, 'utf8').catch(() => '')).trim();
  if (password === '') {
    throw new Error(
      `${passwordFile} is missing or empty: restore it from the backup that the database is restored from`,
    );
  }
  const listening = runningPostmaster(data)?.socket;
  const socket = listening !== undefined && (await exists(listening)) ? listening : await socketFolder(folder, owner);
  const url = `postgres:///postgres?${new URLSearchParams({ host: socket, user: USER, password })}`;
  return { data, socket, logFile: join(folder, 'postgres.log'), url, postgres: binaries.postgres, owner };
}

const UNFINISHED = 'postgres.new';

/**
 * The cluster gets its final name when it is complete, so that what a killed start has left under
 * another name never held content. Each attempt has a name of its own: the initdb of a killed start
 * may still be writing.
 */
async function makeCluster(
  folder: string,
  data: string,
  passwordFile: string,
  owner: Owner | undefined,
  initdb: string,
): Promise<void> {
  await requireNothing(data);
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
  const fresh = join(folder, `${UNFINISHED}.${randomBytes(4).toString('hex')}`);
  await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  await own(passwordFile, owner);
  await sync(passwordFile);
  const flags = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C'];
  try {
    await execute(initdb, ['-D', fresh, '-U', USER, ...flags], { ...owner, cwd: folder });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    const { stderr, message } = error as Error & { stderr?: string };
    const lines = (stderr || message).split('\n').filter((line) => line !== '');
    throw new Error(`PostgreSQL could not make its database in ${folder}: ${lines.join('; ')}`, { cause: error });
  }
  await rename(fresh, data);
  // Acknowledged writes would be lost if the name were gone after a power failure.
  await sync(folder);
}

// What is there may be the only copy of somebody's data: it is never removed here.
async function requireNothing(data: string): Promise<void> {
  const found = await readdir(data).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (found.length > 0) {
    throw new Error(
      `${data} is no whole database, as it has no PG_VERSION: ` +
        'restore it from a backup, or move it away to begin with an empty one',
    );
  }
  await rmdir(data).catch(() => {});
}

// The address of a socket is limited to about a hundred bytes.
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

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
