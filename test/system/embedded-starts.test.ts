// Maestro and its own PostgreSQL as processes that are killed, doubled, stopped and made to recover. `FAULTS` makes it 100 tries each.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { NOBODY } from '../../src/store/embedded/binaries.ts';
import { runningPostmaster } from '../../src/store/embedded/postmaster.ts';
import { SERVER } from './processes.ts';

const TRIES = Number(process.env.FAULTS ?? 2) >= 50 ? 100 : 3;
const LONG = { timeout: 60_000 };

const outers: string[] = [];
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const outer of outers) {
    for (const pid of processesOf(outer)) process.kill(pid, 'SIGKILL');
    rmSync(outer, { recursive: true, maxRetries: 50, retryDelay: 100 });
  }
});

function newFolder(): string {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-starts-'));
  outers.push(outer);
  chmodSync(outer, 0o755);
  return join(outer, 'data');
}

const dataOf = (folder: string) => join(folder, 'postgres');

/** Ids of all processes of PostgreSQL whose command names the folder, initdb included. */
function processesOf(folder: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, stat, ...args]) => !stat?.startsWith('Z') && args.join(' ').includes(`-D ${folder}`))
    .map(([pid]) => Number(pid));
}

function start(folder: string) {
  const env = {
    ...process.env,
    DATABASE_URL: `embedded:${folder}`,
    PORT: '0',
    SHUTDOWN_WAIT_MS: '0',
    MAX_EVENT_LOOP_DELAY_MS: '60000',
  };
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const out = { text: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out.text += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    out.errors += text;
  });
  const exited = once(child, 'close').then(() => {
    children.delete(child);
    return child.exitCode ?? child.signalCode;
  });
  const url = () => /ready at (http:\/\/[^,]+),/.exec(out.text)?.[1] ?? null;
  const outcome = async () => {
    await expect.poll(() => url() ?? child.exitCode ?? child.signalCode, LONG).not.toBeNull();
    return url() === null ? 'ended' : 'ready';
  };
  const ready = async () => {
    expect(await outcome(), out.errors).toBe('ready');
    return url() as string;
  };
  return { child, out, exited, outcome, ready };
}

const headers = { 'content-type': 'application/json' };

async function newRun(url: string): Promise<string> {
  const body = JSON.stringify({ name: 'build', owner: 'team' });
  const answer = await fetch(`${url}/maestro/runs`, { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function expectRuns(url: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) expect((await fetch(`${url}/maestro/runs/${id}`)).status).toBe(200);
}

describe(`two first starts on one new folder, ${TRIES} times`, () => {
  it('let one win and refuse the other, which names both processes', async () => {
    for (let count = 0; count < TRIES; count += 1) {
      const folder = newFolder();
      const first = start(folder);
      await sleep(Math.random() * (count % 2 === 0 ? 300 : 3_000));
      const second = start(folder);
      const outcomes = [await first.outcome(), await second.outcome()];
      expect([...outcomes].sort(), first.out.errors + second.out.errors).toEqual(['ended', 'ready']);
      const [winner, loser] = outcomes[0] === 'ready' ? [first, second] : [second, first];
      expect(await loser.exited).toBe(1);
      const postmaster = runningPostmaster(dataOf(folder))?.pid;
      expect(loser.out.errors).toContain(
        `maestro: ${folder} is in use by Maestro (process ${winner.child.pid}) with PostgreSQL (process ${postmaster}); stop that Maestro first\n`,
      );
      await newRun(await winner.ready());
      winner.child.kill('SIGTERM');
      expect(await winner.exited).toBe(0);
      expect(processesOf(folder)).toEqual([]);
    }
  }, 3_000_000);
});

describe(`a start that is killed at any moment, ${TRIES} times`, () => {
  it('is made good by the next one, which has kept what was acknowledged', async () => {
    for (let count = 0; count < TRIES; count += 1) {
      const folder = newFolder();
      const runs: string[] = [];
      for (let kill = 0; kill < 2; kill += 1) {
        const killed = start(folder);
        await sleep(Math.random() * 4_000);
        killed.child.kill('SIGKILL');
        await killed.exited;
        // Half of the time PostgreSQL and initdb die with it.
        if (count % 2 === 0) for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
        const next = start(folder);
        const url = await next.ready();
        await expectRuns(url, runs);
        runs.push(await newRun(url));
        next.child.kill('SIGKILL');
        await next.exited;
      }
      const last = start(folder);
      await expectRuns(await last.ready(), runs);
      last.child.kill('SIGTERM');
      expect(await last.exited).toBe(0);
      expect(processesOf(folder)).toEqual([]);
    }
  }, 3_000_000);
});

describe(`a start that is stopped in order, ${TRIES} times`, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'leaves no PostgreSQL behind at %s',
    async (signal) => {
      for (let count = 0; count < TRIES; count += 1) {
        const folder = newFolder();
        const stopped = start(folder);
        await sleep(100 + Math.random() * 4_000);
        stopped.child.kill(signal);
        expect([0, signal, signal === 'SIGINT' ? 130 : 143]).toContain(await stopped.exited);
        await expect.poll(() => processesOf(folder), LONG).toEqual([]);
      }
    },
    3_000_000,
  );
});

describe('a start that finds the PostgreSQL of an older Maestro, which knows no lock of the folder', () => {
  it('leaves it running when it is stopped while it waits', async () => {
    const folder = newFolder();
    const older = start(folder);
    await older.ready();
    older.child.kill('SIGKILL');
    await older.exited;
    const password = readFileSync(join(folder, 'password'), 'utf8');
    const session = new pg.Client({ host: join(folder, 'socket'), user: 'maestro', database: 'postgres', password });
    await session.connect();
    await session.query('SELECT pg_advisory_lock($1)', [0x4d535445]);
    const next = start(folder);
    const name = [`maestro ${next.child.pid}`];
    const found = 'SELECT FROM pg_stat_activity WHERE application_name = $1';
    await expect.poll(async () => (await session.query(found, name)).rowCount, { ...LONG, interval: 10 }).toBe(1);
    next.child.kill('SIGTERM');
    expect(await next.exited).toBe(143);
    await sleep(500);
    expect((await session.query('SELECT 1 AS alive')).rows).toEqual([{ alive: 1 }]);
    await session.end();
  }, 180_000);
});

/** A Maestro whose PostgreSQL takes some seconds to recover, as if there were much to recover. */
async function startSlowly(folder: string) {
  const first = start(folder);
  await first.ready();
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  appendFileSync(
    join(dataOf(folder), 'postgresql.auto.conf'),
    "restore_command = 'sleep 3; false'\nhot_standby = off\n",
  );
  return start(folder);
}

/** Has it recover: one of its processes dies. */
async function recover(folder: string): Promise<void> {
  const data = dataOf(folder);
  const pid = runningPostmaster(data)?.pid ?? 0;
  writeFileSync(join(data, 'recovery.signal'), '');
  if (process.getuid?.() === 0) chownSync(join(data, 'recovery.signal'), NOBODY.uid, NOBODY.gid);
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const checkpointer = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, parent, ...args]) => Number(parent) === pid && args.join(' ').includes('checkpointer'));
  process.kill(Number(checkpointer?.[0]), 'SIGKILL');
  await expect
    .poll(() => readFileSync(join(folder, 'postgres.log'), 'utf8'), LONG)
    .toContain('starting archive recovery');
}

const answers = (url: string) =>
  fetch(`${url}/ready`).then(
    ({ status }) => status,
    () => 0,
  );

describe('a start whose terminal is closed', () => {
  it('leaves no PostgreSQL behind', async () => {
    const folder = newFolder();
    const slow = await startSlowly(folder);
    await slow.ready();
    slow.child.kill('SIGTERM');
    await slow.exited;
    const signalFile = join(dataOf(folder), 'recovery.signal');
    writeFileSync(signalFile, '');
    if (process.getuid?.() === 0) chownSync(signalFile, NOBODY.uid, NOBODY.gid);
    const closed = start(folder);
    await expect.poll(() => runningPostmaster(dataOf(folder)), LONG).not.toBeNull();
    closed.child.kill('SIGHUP');
    expect(await closed.exited).toBe(129);
    await expect.poll(() => processesOf(folder), LONG).toEqual([]);
  }, 180_000);
});

describe('a PostgreSQL that recovers', () => {
  it('is waited for by the Maestro that runs it, with progress in the log', async () => {
    const folder = newFolder();
    const maestro = await startSlowly(folder);
    const url = await maestro.ready();
    const run = await newRun(url);
    const before = runningPostmaster(dataOf(folder))?.pid;
    await recover(folder);
    await expect.poll(() => answers(url), LONG).toBe(503);
    await expect.poll(() => answers(url), LONG).toBe(200);
    expect(runningPostmaster(dataOf(folder))?.pid).toBe(before);
    expect(maestro.out.text).toContain('PostgreSQL has closed its connections and is recovering; waiting for it');
    expect(maestro.out.text).toMatch(/PostgreSQL \d+ starts or recovers, and is waited for: \d+ s so far/);
    expect(maestro.out.text).not.toContain('has ended unexpectedly');
    await expectRuns(url, [run]);
    maestro.child.kill('SIGTERM');
    expect(await maestro.exited).toBe(0);
    expect(processesOf(folder)).toEqual([]);
  }, 180_000);

  it('is waited for by a start', async () => {
    const folder = newFolder();
    const killed = await startSlowly(folder);
    const run = await newRun(await killed.ready());
    const before = runningPostmaster(dataOf(folder))?.pid;
    killed.child.kill('SIGKILL');
    await killed.exited;
    await recover(folder);
    const next = start(folder);
    await expectRuns(await next.ready(), [run]);
    expect(runningPostmaster(dataOf(folder))?.pid).toBe(before);
    expect(next.out.errors).toMatch(/PostgreSQL \d+ starts or recovers, and is waited for: \d+ s so far/);
    next.child.kill('SIGTERM');
    expect(await next.exited).toBe(0);
  }, 180_000);

  it('is ended by a Maestro that is stopped meanwhile', async () => {
    const folder = newFolder();
    const maestro = await startSlowly(folder);
    await maestro.ready();
    await recover(folder);
    maestro.child.kill('SIGTERM');
    expect(await maestro.exited).toBe(0);
    expect(processesOf(folder)).toEqual([]);
  }, 180_000);
});
