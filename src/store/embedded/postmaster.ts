// The process of PostgreSQL that runs on a data folder, according to its postmaster.pid and the
// system. Everything here is synchronous, as it is also called when the process exits.
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Owner } from './binaries.ts';

export type Postmaster = {
  pid: number;
  /** `starting`, which may be recovery, `ready`, `standby` or `stopping`. */
  status: string;
  /** Where it listens. */
  socket: string;
};

/**
 * The postmaster of a data folder; null where it is dead, even if another process has its id by
 * now.
 */
export function runningPostmaster(data: string): Postmaster | null {
  const lines = linesOf(data);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isPostmasterOf(pid, data)) return null;
  return { pid, status: lines[7]?.trim() ?? 'starting', socket: lines[4] ?? '' };
}

// The lines are documented in the source of PostgreSQL, src/include/utils/pidfile.h.
function linesOf(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function isPostmasterOf(pid: number, data: string): boolean {
  const { isDead, command } = existsSync('/proc/self/stat') ? processOfLinux(pid) : processOf(pid);
  if (isDead || !basename(command.split(/[\0 ]/, 1)[0] ?? '').startsWith('postgres')) return false;
  // The whole argument: the folder of another process may contain the path of this one, as
  // /srv/data/postgres contains /data/postgres.
  return `${command} `.replaceAll('\0', ' ').includes(` -D ${data} `) || folderOf(pid) === realpathSync(data);
}

type Process = { isDead: boolean; command: string };

// A zombie has ended and only waits for its parent to collect its status, which in a container may
// never happen.
function processOfLinux(pid: number): Process {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    return { isDead: 'ZX'.includes(state), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
  } catch {
    return { isDead: true, command: '' };
  }
}

function processOf(pid: number): Process {
  try {
    const text = execFileSync('ps', ['-o', 'stat=', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state = 'Z'] = text.split(/\s/, 1);
    return { isDead: state.startsWith('Z'), command: text.slice(state.length).trim() };
  } catch {
    return { isDead: true, command: '' };
  }
}

function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/**
 * Lets PostgreSQL start where the id of a dead postmaster belongs to another process by now, which
 * PostgreSQL would take for the postmaster. The id in the file becomes that of the parent of the
 * next postmaster, which PostgreSQL knows not to be one; the rest of the file stays, as PostgreSQL
 * uses it to look for processes that the dead one has left behind. An empty file, of a postmaster
 * that was killed while it wrote it, is removed.
 */
export function forgetDeadPostmaster(data: string, parent: number, owner: Owner | undefined): void {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path) || runningPostmaster(data) !== null) return;
  const [pid, ...rest] = linesOf(data);
  if (rest.length === 0) rmSync(path, { force: true });
  if (rest.length === 0 || !isTaken(Number(pid))) return;
  const fresh = join(data, 'postmaster.pid.new');
  writeFileSync(fresh, [parent, ...rest].join('\n'), { mode: 0o600 });
  if (owner !== undefined) chownSync(fresh, owner.uid, owner.gid);
  renameSync(fresh, path);
}

function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const POLL_MS = 20;
/** How long it may take after each signal. Together less than Maestro has for its own shutdown. */
const STOP_LIMITS_MS = { SIGINT: 8_000, SIGQUIT: 4_000, SIGKILL: 2_000 } as const;

/**
 * Ends the postmaster of a data folder: connections are cut, what was committed is kept. Where that
 * takes too long it is killed, and recovers at its next start.
 */
export async function endPostmaster(data: string): Promise<void> {
  for (const [signal, limit] of Object.entries(STOP_LIMITS_MS)) {
    const found = runningPostmaster(data);
    if (found === null) return;
    signalPostmaster(found.pid, signal as NodeJS.Signals);
    for (let waited = 0; waited < limit; waited += POLL_MS) {
      // Its file is removed a moment before it ends.
      if (!isPostmasterOf(found.pid, data)) return;
      await sleep(POLL_MS);
    }
  }
}

/** Sends a signal if the process is still there. */
export function signalPostmaster(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}
