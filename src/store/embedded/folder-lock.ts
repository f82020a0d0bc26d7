// One process at a time may use a folder. The lock is a socket on which its holder listens: it ends
// with the process, however that ends, and the id of a dead process that was given to another is no
// holder.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type FolderLock = { release(): Promise<void> };

/**
 * Maximum length of the address of a socket, in bytes, with room for its name: macOS takes 103,
 * Linux 107.
 */
const MAX_SOCKET_PATH = 90;
const NAME = /^lock\.(\d+)\.[0-9a-f]{8}$/;

/**
 * Takes the lock of a folder for this process, whose id is `pid`, or returns which process holds
 * it. Two processes that try at the same time see each other, as each looks for others once it
 * listens; both then try again.
 */
export async function lockFolder(folder: string, pid: number): Promise<FolderLock | { holder: number }> {
  const name = () => `lock.${pid}.${randomBytes(4).toString('hex')}`;
  const isLong = Buffer.byteLength(join(folder, name())) > MAX_SOCKET_PATH;
  const short = isLong ? await mkdtemp(join(tmpdir(), 'maestro-')) : null;
  try {
    if (short !== null) await symlink(folder, join(short, 'f'));
    const by = short === null ? folder : join(short, 'f');
    for (;;) {
      const [holder] = await living(by, null);
      if (holder !== undefined) return { holder };
      const lock = await tryLock(by, folder, name());
      if (lock !== null) return lock;
      await sleep(20 + (randomBytes(1)[0] ?? 0));
    }
  } finally {
    if (short !== null) await rm(short, { recursive: true });
  }
}

async function tryLock(by: string, folder: string, own: string): Promise<FolderLock | null> {
  const server = createServer((socket) => socket.destroy()).listen(join(by, own));
  await once(server, 'listening');
  // An error here does not matter: the file only informs other processes.
  server.unref();
  const release = () => close(server, join(folder, own));
  const others = await living(by, own);
  const names = await readdir(by);
  if (others.length > 0 || !names.includes(own)) {
    await release();
    return null;
  }
  for (const stale of names) if (NAME.test(stale) && stale !== own) await unlink(join(folder, stale)).catch(() => {});
  return { release };
}

/** Ids of the processes that hold a lock or try to take one. */
async function living(folder: string, own: string | null): Promise<number[]> {
  const pids: number[] = [];
  for (const name of await readdir(folder)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && name !== own && (await listens(join(folder, name)))) pids.push(Number(pid));
  }
  return pids;
}

const DEAD = ['ECONNREFUSED', 'ENOENT'];

// A process that is stopped (SIGSTOP) still counts: the system accepts connections for it.
function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(!DEAD.includes(code ?? '')));
  });
}

async function close(server: Server, path: string): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
  await unlink(path).catch(() => {});
}
