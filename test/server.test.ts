// The process itself, as a user starts it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get as httpGet } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';

const SERVER = new URL('../dist/server.js', import.meta.url).pathname;
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function start(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [SERVER], {
    env: { ...process.env, PORT: '0', SHUTDOWN_WAIT_MS: '300', ...env },
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

describe('the server process', () => {
  it('serves, says that the memory store forgets, and exits 0 at SIGTERM', async () => {
    const { child, out, exited, ready } = start();
    const url = await ready();
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok', service: 'maestro' });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect(out.text).toContain('it forgets everything when the process ends');
    expect(out.text).not.toContain('not authenticated');
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(out.text).toContain('"msg":"stopped"');
  });

  it('says that callers are not authenticated where others than this machine can reach it', async () => {
    const { out, ready } = start({ HOST: '0.0.0.0' });
    await ready();
    expect(out.text).toContain('Callers are not authenticated');
  });

  it.each([
    [{ PORT: 'eight' }, /^maestro: Bad configuration: PORT must be a whole number\n$/],
    [{ LOG_LEVEL: 'loud' }, /^maestro: Bad configuration: LOG_LEVEL .+\n$/],
    [{ HOST: 'no-such-host.invalid' }, /^maestro: .*no-such-host\.invalid.*\n$/],
  ])('does not start with %j, and says why in one line', async (env, line) => {
    const { out, exited } = start(env as unknown as Record<string, string>);
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(line);
  });

  it('does not start where its port is taken', async () => {
    const port = new URL(await start().ready()).port;
    const { out, exited } = start({ PORT: port });
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(/^maestro: .*EADDRINUSE.*\n$/);
  });

  it('stops in order though the signal comes twice, as npm and process managers send it', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '800' });
    const url = await ready();
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { interval: 10 }).toBe(503);
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('stops at once when it is asked again later', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '15000' });
    await ready();
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 800));
    child.kill('SIGINT');
    expect(await exited).toEqual({ code: 1, signal: null });
  });

  it('stops in order: not ready first, requests still served, then closed', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '1500' });
    const url = await ready();
    child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { interval: 10 }).toBe(503);
    const served = await fetch(`${url}/maestro/runs`);
    expect([served.status, served.headers.get('connection')]).toEqual([200, 'close']);
    expect(await exited).toEqual({ code: 0, signal: null });
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it('fails no request of 16 busy keep-alive clients that leave when it is not ready, as behind a balancer', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '1000' });
    const url = await ready();
    const outcomes = { answered: 0, broken: [] as (number | string)[] };
    let taken = true;
    const clients = Array.from({ length: 16 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (taken) {
        const outcome = await request(`${url}/maestro/runs`, agent);
        if (outcome === 200) outcomes.answered += 1;
        else outcomes.broken.push(outcome);
      }
    });
    await expect.poll(() => outcomes.answered).toBeGreaterThan(200);
    child.kill('SIGTERM');
    await expect.poll(() => request(`${url}/ready`, new Agent()), { interval: 50 }).toBe(503);
    taken = false;
    await Promise.all(clients);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(outcomes.broken).toEqual([]);
  });

  it('exits 0 while clients hold connections open and idle', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '100' });
    const url = await ready();
    const agent = new Agent({ keepAlive: true });
    expect(await request(`${url}/health`, agent)).toBe(200);
    expect(await request(`${url.replace('localhost', '[::1]')}/health`, agent)).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('answers 503 rather than die when its memory is full', async () => {
    const { exited, ready } = start({ NODE_OPTIONS: '--max-old-space-size=256', LOG_LEVEL: 'info' });
    const url = await ready();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'big', owner: 'o', metadata: { fill: 'x'.repeat(60_000) } });
    let acknowledged = 0;
    for (let full = false; !full; ) {
      const batch = Array.from({ length: 16 }, () => fetch(`${url}/maestro/runs`, { method: 'POST', headers, body }));
      const statuses = (await Promise.all(batch)).map((response) => response.status);
      acknowledged += statuses.filter((status) => status === 201).length;
      full = statuses.includes(503);
    }
    expect(acknowledged).toBeGreaterThan(100);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await Promise.race([exited, 'alive'])).toBe('alive');
  });

  it('stays up at SIGHUP and SIGUSR2', async () => {
    const { child, out, ready } = start();
    const url = await ready();
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain('SIGHUP is ignored');
    child.kill('SIGUSR2');
    await expect.poll(() => out.text).toContain('SIGUSR2 is ignored');
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

function request(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    httpGet(url, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', (error) => resolve(error.message));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
