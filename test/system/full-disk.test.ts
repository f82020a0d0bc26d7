// Maestro and its own PostgreSQL on a small disk that is filled to its last byte. Only root may mount one.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESERVE_BYTES } from '../../src/store/embedded/reserve.ts';
import { SERVER, startMaestro, stopAll } from './processes.ts';

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const disk = mkdtempSync(join(tmpdir(), 'maestro-disk-'));
const folder = join(disk, 'data');
let isMounted = false;

beforeAll(() => {
  if (!isRoot) return;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=755', 'tmpfs', disk], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    // A container may not.
  }
});
afterAll(async () => {
  await stopAll();
  if (isMounted) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true });
});

/** Takes all that is left of the disk. */
let filled = 0;
function fill(): void {
  for (let bytes = 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) {
        writeFileSync(join(disk, `filler.${filled}`), Buffer.alloc(bytes));
        filled += 1;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

const free = () => statfsSync(disk).bavail * statfsSync(disk).bsize;

async function command(
  word: string,
  place = folder,
  ...args: string[]
): Promise<{ stdout: string; stderr: string; code: number }> {
  const env = { ...process.env, DATABASE_URL: `embedded:${place}` };
  return promisify(execFile)(process.execPath, [SERVER, word, ...args], { env }).then(
    (done) => ({ ...done, code: 0 }),
    (failed) => failed,
  );
}

async function addOldRuns(url: string, count: number): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  for (let at = 0; at < count; at += 1) {
    const body = JSON.stringify({ name: `build ${at}`, owner: 'team', metadata: { text: 'x'.repeat(2_000) } });
    const answer = await fetch(`${url}/maestro/runs`, { method: 'POST', headers, body });
    const { id } = (await answer.json()) as { id: string };
    await fetch(`${url}/maestro/runs/${id}`, { method: 'PATCH', headers, body: '{"status":"failed"}' });
  }
  const password = readFileSync(join(folder, 'password'), 'utf8');
  const client = new pg.Client({ host: join(folder, 'socket'), user: 'maestro', database: 'postgres', password });
  await client.connect();
  await client.query(
    `UPDATE runs SET ended_at = '2020-01-01T00:00:00.000Z',
       body = regexp_replace(body::text, '"started_at":"[^"]*"', '"started_at":"2020-01-01T00:00:00.000Z"')::json`,
  );
  await client.end();
}

describe('a disk that is full', () => {
  it('keeps a new server from starting, in one line, but lets old runs be pruned and content be swept', async (context) => {
    if (!isMounted) context.skip('no disk can be mounted here');
    const maestro = await startMaestro(`embedded:${folder}`, { MAX_EVENT_LOOP_DELAY_MS: '60000' });
    await addOldRuns(maestro.url, 100);
    const kept = () => existsSync(join(folder, 'reserve')) && statSync(join(folder, 'reserve')).size === RESERVE_BYTES;
    await expect.poll(kept).toBe(true);
    // What it takes when it stops in the middle of its work: it has to recover.
    const postmaster = Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
    await maestro.stop('SIGKILL');
    process.kill(postmaster, 'SIGKILL');
    fill();
    expect(free()).toBeLessThan(8_192);

    const elsewhere = await command('serve', join(disk, 'other'));
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stderr).toMatch(
      /^maestro: .+; the disk is full: free some space, or run prune and sweep, which have some reserved\n$/,
    );
    // PostgreSQL may come through with what it has; the reserve is not for the server.
    const served = await startMaestro(`embedded:${folder}`).then(
      (started) => started.stop(),
      () => 'refused',
    );
    expect([0, 'refused']).toContain(served);
    expect(kept()).toBe(true);
    fill();

    const pruning = await command('prune', folder, '2020-01-02');
    expect(pruning.stderr).toBe('maestro: The disk is full; using the reserved space\n');
    expect(pruning.stdout).toBe('Deleted 100 runs that finished before 2020-01-02T00:00:00.000Z\n');
    expect(pruning.code).toBe(0);
    expect((await command('sweep')).code).toBe(0);

    execFileSync('sh', ['-c', `rm ${disk}/filler.*`]);
    const again = await startMaestro(`embedded:${folder}`);
    await expect.poll(kept).toBe(true);
    expect(await (await fetch(`${again.url}/maestro/runs`)).json()).toEqual([]);
    expect(await again.stop()).toBe(0);
  }, 300_000);
});
