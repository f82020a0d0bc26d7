// The process itself, as a user starts it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get as httpGet, request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startPostgres } from './postgres.ts';
import { newDatabase } from './store/database.ts';

const SERVER = new URL('../dist/server.js', import.meta.url).pathname;
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function start(env: Record<string, string> = {}, ...args: string[]) {
  const child = spawn(process.execPath, [SERVER, ...args], {
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

  it('stops at once while its readers warm up', async () => {
    const { child, exited, ready } = start({ EVIDENCE_WARM_UP: 'true' });
    await ready();
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('says that callers are not authenticated where others than this machine can reach it', async () => {
    const { out, ready } = start({ HOST: '0.0.0.0' });
    await ready();
    expect(out.text).toContain('Callers are not authenticated');
  });

  it.each(['localhost', '127.0.0.1', '::1'])(
    'on %s answers to names of this machine alone, but for its probes',
    async (HOST) => {
      const url = await start({ HOST, PUBLIC_URL: 'https://ci.example.com/governance/' }).ready();
      const statusFor = async (host: string, path = '/maestro/runs') => {
        const [response] = await once(httpGet(`${url}${path}`, { headers: { host } }), 'response');
        return response.resume().statusCode;
      };
      for (const host of ['localhost', '127.0.0.1:1', '[::1]', 'ci.example.com'])
        expect(await statusFor(host), host).toBe(200);
      expect(await statusFor('evil.example')).toBe(403);
      for (const path of ['/health', '/ready']) expect(await statusFor('evil.example', path)).toBe(200);
    },
  );

  it('that others reach answers to any name', async () => {
    const url = (await start({ HOST: '0.0.0.0' }).ready()).replace('0.0.0.0', '127.0.0.1');
    const [response] = await once(
      httpGet(`${url}/maestro/runs`, { headers: { host: 'maestro.svc:8001' } }),
      'response',
    );
    expect(response.resume().statusCode).toBe(200);
  });

  it('knows its version when it is compiled, and the one of Node.js', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
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

  it.each([
    [{ PORT: 'eight' }, /^maestro: Bad configuration: PORT must be a whole number\n$/],
    [{ PUBLIC_URL: 'ci.example.com' }, /^maestro: Bad configuration: PUBLIC_URL must be an http or https URL .+\n$/],
    [{ LOG_LEVEL: 'loud' }, /^maestro: Bad configuration: LOG_LEVEL .+\n$/],
    [{ DATABASE_URL: 'postgres://maestro@127.0.0.1:1/x' }, /^maestro: .*ECONNREFUSED.*\n$/],
    [{ DATABASE_URL: 'postgres://u:s3cret@[bad/x' }, /^maestro: Bad configuration: DATABASE_URL is not a valid URL\n$/],
    [{ BLOB_URL: `file:${SERVER}` }, /^maestro: BLOB_URL: \/\S+: it is a file, not a folder\n$/],
    [{ HOST: 'no-such-host.invalid' }, /^maestro: .*no-such-host\.invalid.*\n$/],
  ])('does not start with %j, and says why in one line', async (env, line) => {
    const { out, exited } = start(env as unknown as Record<string, string>);
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(line);
  });

  it('ends a start on a PostgreSQL that accepts connections and says nothing, in time and in one line', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = { DATABASE_URL: `postgres://maestro:secret@127.0.0.1:${port}/x`, DATABASE_CONNECT_TIMEOUT_MS: '700' };
    for (const args of [[], ['migrate'], ['prune', '2026-01-31']]) {
      const { out, exited } = start(env, ...args);
      expect(await exited).toEqual({ code: 1, signal: null });
      expect(out.errors).toBe(
        `maestro: PostgreSQL at 127.0.0.1:${port} has not answered for 700 ms (DATABASE_CONNECT_TIMEOUT_MS): waited for a connection\n`,
      );
    }
    silent.close();
  });

  it('ends a start that waits for a lock on migrations whose holder does nothing', async () => {
    const { url } = await newDatabase();
    const holder = new pg.Client({ connectionString: url, application_name: 'somebody' });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${0x4d53544d})`);
    const { out, exited } = start({ DATABASE_URL: url, DATABASE_CONNECT_TIMEOUT_MS: '700' });
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(out.errors).toMatch(
      /^maestro: The lock on migrations of .+ is held by session \d+ \(somebody .+, idle\), which did nothing for 700 ms .+\n$/,
    );
    await holder.end();
  });

  it.each(['prnue', 'constructor'])('does not take %s for a command', async (word) => {
    const { out, exited } = start({}, word);
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(
      new RegExp(`^maestro: unknown command .${word}.*the commands are serve, migrate, prune, sweep.*\\n$`),
    );
  });

  // None of them looks at the settings, which are bad.
  it.each([
    [['help'], /^Maestro \d+\.\d+\.\d+: .*Usage: node dist\/server\.js \[command\].*TRUST_FILE/s],
    [['--help'], /^Maestro .*Usage: /s],
    [['-h'], /^Maestro .*Usage: /s],
    [['prune', '--help'], /^Usage: node dist\/server\.js prune <date>\n/],
    [['serve', '-h'], /^Usage: node dist\/server\.js serve\n/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('answers %j, opens nothing and exits 0', async (words, text) => {
    const { out, exited } = start(
      { PORT: 'none', DATABASE_URL: 'postgres://127.0.0.1:1/x', TRUST_FILE: '/no' },
      ...words,
    );
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(out.text).toMatch(text);
    expect(out.errors).toBe('');
  });

  it.each([
    [['serve', '9000'], /^maestro: serve takes no argument, but got 9000\n$/],
    [['--port=9000'], /^maestro: unknown option `--port=9000` \(settings are environment variables.*\n$/],
    [['prune'], /^maestro: prune needs <date>; see prune --help\n$/],
  ])('does not start with the words %j, and says why in one line', async (words, line) => {
    const { out, exited } = start({}, ...words);
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(line);
  });

  it('writes its log as JSON where no terminal is, with words for levels and ISO times', async () => {
    const { child, out, exited, ready } = start();
    const url = await ready();
    await fetch(`${url}/maestro/runs/x`);
    child.kill('SIGTERM');
    await exited;
    const lines = out.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const { level, time } of lines) {
      expect(['info', 'warn']).toContain(level);
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    expect(lines.filter(({ msg }) => msg === 'request')).toMatchObject([{ status: 404, code: 'run_not_found' }]);
  });

  it('writes its log for people where it is told to, and takes no other word for its format', async () => {
    const pretty = start({ LOG_FORMAT: 'pretty' });
    await pretty.ready();
    expect(pretty.out.text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: The memory store is in use/m);
    const bad = start({ LOG_FORMAT: 'logfmt' });
    expect((await bad.exited).code).toBe(1);
    expect(bad.out.errors).toBe('maestro: Bad configuration: LOG_FORMAT must be one of auto, json, pretty\n');
  });

  // `script` of util-linux gives a process a terminal. `exec`, as a shell that stays ends with 130 at Ctrl-C.
  it.skipIf(!existsSync('/usr/bin/script'))(
    'writes its log for people at a terminal, and stops at Ctrl-C',
    async () => {
      const child = spawn('/usr/bin/script', ['-qec', `exec ${process.execPath} ${SERVER}`, '/dev/null'], {
        env: { ...process.env, PORT: '0', HOST: '127.0.0.1', SHUTDOWN_WAIT_MS: '0', NO_COLOR: '1' },
      });
      running.add(child);
      let text = '';
      child.stdout.on('data', (data) => {
        text += data;
      });
      const exited = once(child, 'exit');
      await expect.poll(() => text, { timeout: 30_000 }).toContain('Maestro is ready at');
      child.stdin.write('\u0003');
      expect((await exited)[0]).toBe(0);
      running.delete(child);
      expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: Maestro is ready at/m);
      expect(text).toContain('INFO: Stopping: no request is open');
      expect(text).toContain('INFO: stopped');
    },
  );

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

  it('does not start where its port is taken', async () => {
    const port = new URL(await start().ready()).port;
    const { out, exited } = start({ PORT: port });
    expect((await exited).code).toBe(1);
    expect(out.errors).toBe(
      `maestro: Cannot listen on localhost:${port}: the address is already in use; choose another PORT (EADDRINUSE)\n`,
    );
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

  it('leaves no PostgreSQL behind where it does not start for want of a place for content', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'maestro-start-'));
    chmodSync(folder, 0o755);
    const data = join(folder, 'data');
    const { out, exited } = start({ DATABASE_URL: `embedded:${data}`, BLOB_URL: 's3://bucket?regoin=x' });
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(out.errors).toContain('BLOB_URL has the unknown parameter regoin');
    expect(readFileSync(join(data, 'postgres.log'), 'utf8')).toContain('database system is shut down');
    expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(false);
    rmSync(folder, { recursive: true });
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

  it.each(['127.0.0.1', '[::1]'])('exits 0 where %s answers after it was told to stop', async (host) => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '0' });
    const url = (await ready()).replace('localhost', host);
    const body = JSON.stringify({ name: 'build', owner: 'team' });
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const agent = new Agent({ keepAlive: true });
    const sent = httpRequest(`${url}/maestro/runs`, { method: 'POST', agent, headers });
    const answered = once(sent, 'response');
    await new Promise((resolve) => sent.write(body.slice(0, 10), resolve));
    // Its connection was there first, and was taken first.
    await fetch(`${url}/health`);
    child.kill('SIGTERM');
    await expect.poll(() => request(`${url}/health`, new Agent())).toBe('ECONNREFUSED');
    sent.end(body.slice(10));
    const [answer] = await answered;
    expect(answer.resume().statusCode).toBe(201);
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
    expect(await Promise.race([exited, Promise.resolve('alive')])).toBe('alive');
  });

  it('goes on after a rejection that nobody awaited and logs its stack, but stops in order at an exception', async () => {
    const faults = `process.on('SIGWINCH', () => { Promise.reject(new Error('a stray one')); });
      process.on('SIGCONT', () => setImmediate(() => { throw new Error('a thrown one'); }));`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(faults)}`;
    const { child, out, exited, ready } = start({ NODE_OPTIONS });
    const url = await ready();
    for (const times of [1, 2]) {
      child.kill('SIGWINCH');
      await expect.poll(() => out.text.split('that nobody awaited').length - 1, { timeout: 30_000 }).toBe(times);
    }
    const line = out.text.split('\n').find((one) => one.includes('that nobody awaited')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ level: 'error', err: { message: 'a stray one' } });
    expect(JSON.parse(line).err.stack).toContain('data:text/javascript');
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    child.kill('SIGCONT');
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(out.text).toContain('stopping after an error that nothing caught');
    expect(out.text).toContain('"msg":"stopped"');
  });

  it('stays up at SIGHUP and SIGUSR2', async () => {
    const { child, out, ready } = start();
    const url = await ready();
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain('SIGHUP is ignored, as TRUST_FILE is not set');
    child.kill('SIGUSR2');
    await expect.poll(() => out.text).toContain('SIGUSR2 is ignored');
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

describe('the trust file of the server process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-trust-'));
  const path = join(folder, 'trust.yaml');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read again at SIGHUP, and stays what it was where it cannot be used', async () => {
    writeFileSync(path, 'key_threshold: 1\n');
    const { child, out, exited, ready } = start({ TRUST_FILE: path });
    const url = await ready();
    const digest = async () => ((await (await fetch(`${url}/ready`)).json()) as { trust_digest: string }).trust_digest;
    const trust = async () => (await (await fetch(`${url}/maestro/trust`)).json()) as { last_error: string | null };
    const first = await digest();
    expect(out.text).toContain(
      `TRUST_FILE ${path}: 0 identities, 0 keys, 0 builders, 0 sources, 0 roots; digest ${first}`,
    );
    writeFileSync(path, 'key_threshold: 2\n');
    child.kill('SIGHUP');
    await expect.poll(digest).not.toBe(first);
    const second = await digest();
    await expect
      .poll(() => out.text)
      .toContain(`The trust file was read again: the digest is now ${second}, it was ${first}`);
    for (const bad of ['key_threshold: 0\n', '{', 'surprise: true\n', null]) {
      out.text = '';
      if (bad === null) rmSync(path);
      else writeFileSync(path, bad);
      child.kill('SIGHUP');
      await expect
        .poll(() => out.text)
        .toContain(`The trust file ${path} was not read, and what was trusted before stays: `);
      expect(await digest()).toBe(second);
      expect((await trust()).last_error).not.toBeNull();
      expect((await trust()).last_error).not.toContain(folder);
    }
    out.text = '';
    writeFileSync(path, '# the same\nkey_threshold: 2\n');
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain('The trust file was read again: nothing has changed');
    expect((await trust()).last_error).toBeNull();
    child.kill('SIGUSR2');
    await expect.poll(() => out.text).toContain('SIGUSR2 is ignored');
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('warns of what it does not restrict, at start and when it is read again', async () => {
    writeFileSync(path, 'sources:\n- repository: https://github.com/acme/app\n');
    const { child, out, ready } = start({ TRUST_FILE: path });
    await ready();
    const warning = 'TRUST_FILE: sources.0.refs is not stated (https://github.com/acme/app), so every branch and tag';
    expect(out.text).toContain(warning);
    out.text = '';
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain(warning);
    writeFileSync(path, 'version: 2\nsources:\n- repository: https://github.com/acme/app\n  refs: any\n...\n');
    out.text = '';
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain('The trust file was read again');
    expect(out.text).not.toContain('TRUST_FILE: ');
  });

  it.each([
    [
      'is not there',
      null,
      /^maestro: Bad configuration: TRUST_FILE \S+no-such-file: cannot be read: no such file or folder\n$/,
    ],
    ['is no YAML', '{', /^maestro: Bad configuration: TRUST_FILE \S+trust\.yaml: it is neither YAML nor JSON: .+\n$/],
    ['says what is not known', 'surprise: 1\n', /^maestro: Bad configuration: TRUST_FILE \S+: .*surprise.*\n$/],
    [
      'is empty',
      '',
      /^maestro: Bad configuration: TRUST_FILE \S+: it is empty: it may have been cut off; to trust nothing, write \{\}\n$/,
    ],
    ['was cut off', 'version: 2\npublic_good: true\n', /TRUST_FILE \S+: it does not end with the line "\.\.\."/],
  ])('keeps the process from starting where it %s, which it says in one line', async (_what, text, line) => {
    const file = text === null ? join(folder, 'no-such-file') : path;
    if (text !== null) writeFileSync(path, text);
    const { out, exited } = start({ TRUST_FILE: file });
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(line);
  });

  it('is what the gate goes by where that asks for verified flags', async () => {
    const { ready } = start({ GATE_MINIMUM_LEVEL: 'verified' });
    const url = await ready();
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/maestro/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as { id: string };
    };
    const { id } = await post('runs', { name: 'n', owner: 'o' });
    const flags = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    await post('artifacts', { run_id: id, kind: 'other', path_or_uri: 'p', metadata_json: flags });
    const answer = await fetch(`${url}/maestro/runs/${id}/release-gate`);
    expect(await answer.json()).toMatchObject({
      passed: false,
      details: { minimum_level: 'verified', total_artifacts: 1, compliant_artifacts: 0 },
    });
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

describe('the server process on PostgreSQL', () => {
  const headers = { 'content-type': 'application/json' };
  const create = async (url: string, name: string): Promise<string> => {
    const response = await fetch(`${url}/maestro/runs`, {
      method: 'POST',
      headers,
      body: `{"name":"${name}","owner":"x"}`,
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { id: string }).id;
  };

  it('has kept all that it acknowledged when it was killed, and says which store it uses', async () => {
    const { url: DATABASE_URL } = await newDatabase();
    const first = start({ DATABASE_URL });
    const ids = await Promise.all(Array.from({ length: 50 }, async () => create(await first.ready(), 'kept')));
    first.child.kill('SIGKILL');
    await first.exited;
    const second = start({ DATABASE_URL });
    const url = await second.ready();
    for (const id of ids) expect((await fetch(`${url}/maestro/runs/${id}`)).status).toBe(200);
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ store: 'postgres', durability: 'durable' });
    expect(second.out.text).toContain('what is acknowledged is on disk');
    expect(second.out.text).not.toContain('forgets');
    second.child.kill('SIGTERM');
    expect(await second.exited).toEqual({ code: 0, signal: null });
  });

  it('brings the schema up to date on demand, and does not start without where it may not', async () => {
    const { url: DATABASE_URL } = await newDatabase();
    const refused = start({ DATABASE_URL, MIGRATE_AT_START: 'false' });
    expect((await refused.exited).code).toBe(1);
    expect(refused.out.errors).toMatch(/^maestro: The database lacks .*: run make migrate.*\n$/);
    const migrating = start({ DATABASE_URL, MIGRATE_AT_START: 'false' }, 'migrate');
    expect((await migrating.exited).code).toBe(0);
    const allowed = start({ DATABASE_URL, MIGRATE_AT_START: 'false' });
    await create(await allowed.ready(), 'x');
  });

  it('deletes old runs on demand, by its own clock, and only for a day that has passed', async () => {
    const { url: DATABASE_URL } = await newDatabase();
    const server = start({ DATABASE_URL });
    const url = await server.ready();
    const [old, fresh] = [await create(url, 'old'), await create(url, 'fresh')];
    const body = '{"status":"failed","finished_at":"2020-01-01T00:00:00Z"}';
    for (const id of [old, fresh])
      expect((await fetch(`${url}/maestro/runs/${id}`, { method: 'PATCH', headers, body })).status).toBe(200);
    const client = new pg.Client(DATABASE_URL);
    await client.connect();
    await client.query(
      `UPDATE runs SET ended_at = '2020-01-01T00:00:00.000Z',
         body = regexp_replace(body::text, '"started_at":"[^"]*"', '"started_at":"2020-01-01T00:00:00.000Z"')::json
       WHERE id = $1`,
      [old],
    );
    await client.end();
    const pruning = start({ DATABASE_URL }, 'prune', '2020-01-02');
    expect((await pruning.exited).code).toBe(0);
    expect(pruning.out.text).toBe('Deleted 1 runs that finished before 2020-01-02T00:00:00.000Z\n');
    expect((await fetch(`${url}/maestro/runs/${old}`)).status).toBe(404);
    expect((await fetch(`${url}/maestro/runs/${fresh}`)).status).toBe(200);
    for (const date of ['', '2020-13-01', '9999-01-01', 'yesterday']) {
      const refused = start({ DATABASE_URL }, 'prune', date);
      expect((await refused.exited).code, date).toBe(1);
      expect(refused.out.errors).toBe('maestro: prune needs a date in the past, such as 2026-01-31\n');
    }
  });

  it('answers only 503 with Retry-After while PostgreSQL is away, and serves again by itself', async () => {
    const server = await startPostgres();
    const { out, ready } = start({ DATABASE_URL: server.url, STATEMENT_TIMEOUT_MS: '1000', LOG_LEVEL: 'info' });
    const url = await ready();
    const id = await create(url, 'before');
    await server.restart();
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 20_000 }).toBe(200);
    expect((await fetch(`${url}/maestro/runs/${id}`)).status).toBe(200);
    await server.stop();
    const away = await fetch(`${url}/maestro/runs/${id}`);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
    expect(((await away.json()) as { type: string }).type).toBe('urn:maestro:problem:store_unavailable');
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await expect.poll(() => out.text).toContain('store_unavailable');
  });
});
