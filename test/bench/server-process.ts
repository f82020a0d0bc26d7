// Servers as processes of their own, and what can be seen of them from outside.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program stands in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_A_TICK;
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/health', agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    }).on('error', () => resolve(false));
  });
}
