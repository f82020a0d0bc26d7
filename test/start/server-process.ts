// The compiled server as a process, as a user starts it. Whatever still runs after a test is killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect } from 'vitest';

export const SERVER = new URL('../../dist/server.js', import.meta.url).pathname;
export const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

export const start = (env: Record<string, string> = {}, ...args: string[]) => startFrom(SERVER, env, ...args);

/** The same for a server that was compiled elsewhere. */
export function startFrom(server: string, env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [server, ...args], {
    // A busy machine delays the event loop, and is not what these tests are about.
    env: { ...process.env, PORT: '0', SHUTDOWN_WAIT_MS: '300', MAX_EVENT_LOOP_DELAY_MS: '60000', ...env },
  });
  running.add(child);
  const out = { text: '', errors: '' };
  child.stdout.on('data', (data) => {
    out.text += data;
  });
  child.stderr.on('data', (data) => {
    out.errors += data;
  });
  const exited = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    return { code, signal };
  });
  const ready = async () => {
    await expect.poll(() => out.text + out.errors, { timeout: 30_000 }).toContain('Maestro is ready at');
    return /ready at (http:\/\/[^,]+),/.exec(out.text)?.[1] ?? '';
  };
  return { child, out, exited, ready };
}

/** Creates a run over HTTP, and returns its id. */
export async function createRun(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/maestro/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"name":"${name}","owner":"x"}`,
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}
