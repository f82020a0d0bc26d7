// Servers as processes of their own, and what can be seen of them from outside.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../postgres.ts';

export type ServerProcess = { port: number; pid: number; child: ChildProcess; startMs: number };

export const fileBeside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const ROOT = fileBeside('../../');
export const PRODUCTION = 'dist/server.js';
/** Node's flags for a TypeScript file. */
export const TYPESCRIPT = ['--import', 'tsx'];

const POLL_MS = 2;
const START_LIMIT_MS = 180_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts `node ...args` in the project's folder, with nothing in its environment but `PORT`, no warm-up and `environment` and its
 * log to /dev/null, and waits until /health answers 200. `message` is sent to it, if there is one.
 */
export async function startServer(
  args: readonly string[],
  environment: Record<string, string> = {},
  message?: object,
): Promise<ServerProcess> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: String(port), EVIDENCE_WARM_UP: 'false', ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  running.add(child);
  if (message !== undefined) child.send(message);
  while (!(await isHealthy(port))) {
    if (child.exitCode !== null || performance.now() - began > START_LIMIT_MS) {
      throw new Error(`node ${args.join(' ')} did not start`);
    }
    await sleep(POLL_MS);
  }
  return { port, pid: child.pid ?? 0, child, startMs: performance.now() - began };
}

export async function stop({ child }: Pick<ServerProcess, 'child'>, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  running.delete(child);
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

// Linux counts in hundredths of a second, whatever the kernel's own tick (proc_pid_stat(5), USER_HZ).
const MICROSECONDS_A_TICK = 10_000;

/** User and system time that the process has used so far, all its threads together. Linux only. */
export function cpuMicroseconds(pid: number): number {
  return statOf(pid).own * MICROSECONDS_A_TICK;
}

/** The same with all processes under it, those included that have ended. */
export function cpuMicrosecondsWithChildren(pid: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = processes.flatMap(statIfThere);
  const ticksUnder = (parent: number): number =>
    stats
      .filter((one) => one.parent === parent)
      .reduce((sum, child) => sum + child.own + child.ended + ticksUnder(child.pid), 0);
  const { own, ended } = statOf(pid);
  return (own + ended + ticksUnder(pid)) * MICROSECONDS_A_TICK;
}

/** `own` and `ended`, of children that have ended, are in ticks. */
type Stat = { pid: number; parent: number; own: number; ended: number };

function statOf(pid: number): Stat {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program stands in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map((at) =>
    Number(fields[at]),
  );
  return { pid, parent, own: user + system, ended: endedUser + endedSystem };
}

function statIfThere(pid: string): Stat[] {
  try {
    return [statOf(Number(pid))];
  } catch {
    // It has ended since the folder was listed.
    return [];
  }
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/health', agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    }).on('error', () => resolve(false));
  });
}
