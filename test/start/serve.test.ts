import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get as httpGet, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { start } from './server-process.ts';

function request(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    httpGet(url, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', (error) => resolve(error.message));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('the server process', () => {
  it('stops at once while its readers warm up', async () => {
    const { child, exited, ready } = start({ EVIDENCE_WARM_UP: 'true' });
    await ready();
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('knows its version when it is compiled, and the one of Node.js', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const url = await start().ready();
    expect(await (await fetch(`${url}/version`)).json()).toMatchObject({ version, node: process.versions.node });
    expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ info: { version } });
  });

  it('warns of misspelt settings, and of a trust file beside a gate that nobody told what to ask for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'maestro-'));
    const TRUST_FILE = join(folder, 'trust.yaml');
    writeFileSync(TRUST_FILE, '{}');
    const { out, ready } = start({ TRUST_FILE, GATE_MIN_LEVEL: 'verified', MAESTRO_PORT: 'tcp://10.0.0.1:8001' });
    const url = await ready();
    expect(out.text).toContain('GATE_MIN_LEVEL is not a setting and has no effect; did you mean GATE_MINIMUM_LEVEL?');
    expect(out.text).toContain('TRUST_FILE is set and GATE_MINIMUM_LEVEL is not');
    expect(out.text).not.toContain('MAESTRO_PORT');
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ minimum_level: 'asserted' });
    const told = start({ TRUST_FILE, GATE_MINIMUM_LEVEL: 'verified' });
    expect(await (await fetch(`${await told.ready()}/ready`)).json()).toMatchObject({ minimum_level: 'verified' });
    expect(told.out.text).not.toMatch(/is not a setting|is set and/);
    const { out: migrating, exited } = start({ DATABASE_UR: 'embedded:./data' }, 'migrate');
    expect((await exited).code).toBe(1);
    expect(migrating.errors).toBe(
      `maestro: DATABASE_UR is not a setting and has no effect; did you mean DATABASE_URL?
maestro: DATABASE_URL is not set: there is nothing to migrate
`,
    );
    rmSync(folder, { recursive: true });
  });

  it('says at once what its stop waits for, and again while it waits', async () => {
    const { child, out, exited, ready } = start({ SHUTDOWN_WAIT_MS: '0' });
    const url = await ready();
    const created = await fetch(`${url}/maestro/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"n","owner":"o"}',
    });
    const { id } = (await created.json()) as { id: string };
    const body = JSON.stringify({ status: 'running' });
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = httpRequest(`${url}/maestro/runs/${id}`, { method: 'PATCH', headers });
    const answered = once(sent, 'response');
    await new Promise((resolve) => sent.write(body.slice(0, 5), resolve));
    await fetch(`${url}/health`);
    out.text = '';
    child.kill('SIGTERM');
    await expect.poll(() => out.text).toContain('Stopping: waiting for 1 request (1 upload) for at most 19 s');
    await expect
      .poll(() => out.text, { timeout: 30_000 })
      .toMatch(/Still stopping after 5(\.\d)? s: waiting for 1 request/);
    sent.end(body.slice(5));
    expect((await answered)[0].resume().statusCode).toBe(200);
    expect(await exited).toEqual({ code: 0, signal: null });
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
    expect(await Promise.race([exited, Promise.resolve('alive')])).toBe('alive');
  });
});
