import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOBODY, reachableBinaries } from '../../../src/store/embedded/binaries.ts';
import { makeFolder, type Place, prepare } from '../../../src/store/embedded/folder.ts';
import { endPostmaster, runningPostmaster } from '../../../src/store/embedded/postmaster.ts';
import { type Starting, startPostmaster } from '../../../src/store/embedded/postmaster-start.ts';

const owner = process.getuid?.() === 0 ? NOBODY : undefined;
let outer: string;
let place: Place;
beforeAll(async () => {
  outer = mkdtempSync(join(tmpdir(), 'maestro-start-'));
  chmodSync(outer, 0o755);
  const folder = join(outer, 'data');
  await makeFolder(folder, owner);
  place = await prepare(folder, owner, await reachableBinaries(owner));
});
afterAll(async () => {
  await endPostmaster(place.data);
  rmSync(outer, { recursive: true });
});

const started: ChildProcess[] = [];
const how: Starting = {
  name: 'maestro 4711',
  pid: process.pid,
  connectTimeoutMs: 1_000,
  settings: [],
  say: () => {},
  signal: new AbortController().signal,
  started: (child) => started.push(child),
};

describe('a PostgreSQL that is started', () => {
  it('answers, is taken over where it runs already, and is refused where another has its lock', async () => {
    const first = await startPostmaster(place, how);
    expect(first.pid).toBe(started[0]?.pid);
    const refused = startPostmaster(place, { ...how, name: 'maestro 4712' });
    await expect(refused).rejects.toThrow(
      `The folder is in use by maestro 4711 with PostgreSQL (process ${first.pid}); stop that Maestro first`,
    );
    await first.guard.end();
    const second = await startPostmaster(place, how);
    expect(second.pid).toBe(first.pid);
    expect(started).toHaveLength(1);
    await second.guard.end();
  });

  it('is told of and left alone where it was found and says nothing', async () => {
    const pid = runningPostmaster(place.data)?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await expect(startPostmaster(place, how)).rejects.toThrow(
      `PostgreSQL ${pid} runs on ${place.data} and has not answered for 1000 ms (DATABASE_CONNECT_TIMEOUT_MS): end it with kill -KILL ${pid}, and start again`,
    );
    process.kill(pid, 'SIGCONT');
    await (await startPostmaster(place, how)).guard.end();
  });

  it('is waited for while it stops, and then started anew', async () => {
    const pid = runningPostmaster(place.data)?.pid ?? 0;
    process.kill(pid, 'SIGINT');
    const next = await startPostmaster(place, how);
    expect(next.pid).not.toBe(pid);
    await next.guard.end();
    await endPostmaster(place.data);
  });

  it('starts though another process has the number of the one before, which was killed', async () => {
    const first = await startPostmaster(place, how);
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => runningPostmaster(place.data)).toBeNull();
    const file = join(place.data, 'postmaster.pid');
    writeFileSync(file, [process.ppid, place.data, 1780000000, 5432, place.socket, '', '', 'ready', ''].join('\n'));
    const second = await startPostmaster(place, how);
    expect(second.pid).toBeGreaterThan(0);
    await second.guard.end();
    await endPostmaster(place.data);
  });

  it('is not left behind where waiting for it is given up', async () => {
    const giveUp = new AbortController();
    const starting = startPostmaster(place, { ...how, signal: giveUp.signal, started: () => giveUp.abort() });
    await expect(starting).rejects.toThrow('aborted');
    expect(runningPostmaster(place.data)).toBeNull();
  });

  it('that ends says why, in one line', async () => {
    renameSync(join(place.data, 'PG_VERSION'), join(outer, 'PG_VERSION'));
    await expect(startPostmaster(place, how)).rejects.toThrow(
      /^PostgreSQL ended with 1: ".+" is not a valid data directory; .+postgres\.log tells why$/,
    );
    renameSync(join(outer, 'PG_VERSION'), join(place.data, 'PG_VERSION'));
  });
});
