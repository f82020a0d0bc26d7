// The content store through the compiled server: away, another's, full, or only readable; and a database that is only readable.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { freePort } from '../postgres.ts';
import { newDatabase, sql } from '../store/database.ts';
import { SERVER } from './processes.ts';

const MIB = 1024 * 1024;
const HANG_MS = 60_000;
const folders: string[] = [];
const mounts: string[] = [];
const running = new Set<ReturnType<typeof spawn>>();
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const mount of mounts) execFileSync('umount', ['-l', mount]);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-place-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

const mayMount = tryMount();

function mountAt(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  mounts.push(folder);
}

function unmount(folder: string): void {
  execFileSync('umount', [folder]);
  mounts.splice(mounts.indexOf(folder), 1);
}

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Maestro as a process whose log is kept, ready or not. */
async function start(env: Record<string, string>) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = { HOST: '127.0.0.1', PORT: String(port), EVIDENCE_WARM_UP: 'false', SHUTDOWN_WAIT_MS: '0' };
  const child = spawn(process.execPath, [SERVER], {
    env: { ...process.env, MAX_EVENT_LOOP_DELAY_MS: '60000', CONTENT_MIN_FREE_BYTES: '0', ...settings, ...env },
  });
  running.add(child);
  let log = '';
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (part) => {
      log += part;
    });
  await expect.poll(() => log, { timeout: HANG_MS }).toContain('Maestro is ready at');
  const send = (method: string, path: string, body?: object) =>
    fetch(`${url}/maestro/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  const ready = async () => {
    const answer = await fetch(`${url}/ready`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    send,
    ready,
    log: () => log,
    untilReady: (is: object) => expect.poll(ready, { timeout: HANG_MS, interval: 200 }).toMatchObject(is),
    async newArtifact(kind = 'sbom'): Promise<Artifact> {
      const { id } = (await (await send('POST', 'runs', { name: 'build', owner: 'team' })).json()) as Artifact;
      const body = { run_id: id, kind, path_or_uri: 'file' };
      return (await (await send('POST', 'artifacts', body)).json()) as Artifact;
    },
    put: (id: string, body: Buffer | string) =>
      fetch(`${url}/maestro/artifacts/${id}/content`, { method: 'PUT', body, headers: { prefer: 'wait=0' } }),
    get: (id: string) => fetch(`${url}/maestro/artifacts/${id}/content`),
    evidence: async (id: string) =>
      (await (await send('GET', `artifacts/${id}/evidence`)).json()) as { state: string; findings: { code: string }[] },
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      running.delete(child);
    },
  };
}

const command = (word: string, env: Record<string, string>, ...args: string[]) =>
  promisify(execFile)(process.execPath, [SERVER, word, ...args], { env: { ...process.env, ...env } }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
  );

const SBOM = JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] });
const UNAVAILABLE = { type: 'urn:maestro:problem:content_store_unavailable' };
const NOT_READY = { status: 503, body: UNAVAILABLE };
const READY = { status: 200, body: { content: 'writable' } };

describe('a folder that is not mounted', () => {
  it('is waited for at the start and while it runs; nothing is lost, taken or swept meanwhile', async () => {
    const { url } = await newDatabase();
    const folder = join(newFolder(), 'blobs');
    const env = { DATABASE_URL: url, BLOB_URL: `file:${folder}` };
    const first = await start(env);
    await first.untilReady(READY);
    const [read, waits] = [await first.newArtifact(), await first.newArtifact()];
    expect((await first.put(read.id, SBOM)).status).toBe(201);
    await expect.poll(async () => (await first.evidence(read.id)).state, { timeout: HANG_MS }).toBe('read');
    await first.stop();

    // Its content is there, and nobody has read it yet.
    const blobs = await start({ ...env, EVIDENCE_TIMEOUT_MS: '15000' });
    expect((await blobs.put(waits.id, SBOM)).status).toBe(201);
    await blobs.stop();
    await sql(
      url,
      `UPDATE artifacts SET body = (SELECT jsonb_set(body::jsonb, '{evidence}',
      '{"state":"pending","kind":null,"format":null,"version":null,"level":null,"tool":null,"subjects":[],
        "findings_total":0,"read_at":null,"reader":null}')::json) WHERE id = '${waits.id}';
      DELETE FROM readings WHERE artifact_id = '${waits.id}';
      INSERT INTO waiting_readings VALUES ('default', '${waits.id}') ON CONFLICT DO NOTHING`,
    );
    renameSync(folder, `${folder}.away`);
    mkdirSync(folder);

    const maestro = await start(env);
    await maestro.untilReady(NOT_READY);
    await expect.poll(maestro.log, { timeout: HANG_MS }).toContain('The content store is unavailable');
    expect(maestro.log()).toContain(`${join(folder, 'maestro-place')} is missing`);
    const answer = await maestro.get(read.id);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.json()).toMatchObject(UNAVAILABLE);
    expect((await maestro.put((await maestro.newArtifact()).id, SBOM)).status).toBe(503);
    expect((await maestro.evidence(read.id)).state).toBe('read');
    const swept = await command('sweep', env);
    expect([swept.code, swept.text]).toEqual([1, expect.stringContaining('maestro-place is missing')]);
    // It has been begun often enough to be given up, were attempts counted.
    for (let time = 0; time < 6; time += 1) {
      await sql(url, `UPDATE waiting_readings SET leased_until = '-infinity'`);
      await maestro.send('GET', `artifacts/${waits.id}/evidence`);
    }
    expect((await maestro.evidence(waits.id)).state).toBe('pending');
    expect(await sql(url, 'SELECT attempts FROM waiting_readings')).toEqual([{ attempts: 0 }]);
    expect(readdirSync(folder)).toEqual([]);
    const gate = await (await maestro.send('GET', `runs/${waits.run_id}/release-gate`)).json();
    expect(gate).toMatchObject({ passed: false });

    rmSync(folder, { recursive: true });
    renameSync(`${folder}.away`, folder);
    await maestro.untilReady(READY);
    await expect.poll(maestro.log, { timeout: HANG_MS }).toContain('The content store is available again');
    await expect.poll(async () => (await maestro.evidence(waits.id)).state, { timeout: HANG_MS }).toBe('read');
    expect(await (await maestro.get(read.id)).text()).toBe(SBOM);

    rmSync(join(folder, 'maestro-place'));
    await maestro.untilReady(NOT_READY);
    const { id } = (await sql<{ id: string }>(url, 'SELECT id FROM content_place'))[0] ?? { id: '' };
    await maestro.stop();
    const again = await start(env);
    await again.untilReady(NOT_READY);
    expect(existsSync(join(folder, 'maestro-place'))).toBe(false);
    writeFileSync(join(folder, 'maestro-place'), `${id}\n`);
    await again.untilReady(READY);
    await again.stop();
  }, 240_000);

  it('that an older version took for empty has its documents read again by itself', async () => {
    const { url } = await newDatabase();
    const folder = join(newFolder(), 'blobs');
    const env = { DATABASE_URL: url, BLOB_URL: `file:${folder}` };
    const first = await start(env);
    const { id } = await first.newArtifact();
    expect((await first.put(id, SBOM)).status).toBe(201);
    await expect.poll(async () => (await first.evidence(id)).state, { timeout: HANG_MS }).toBe('read');
    await first.stop();
    // As the older version wrote it, which knew no marker.
    const finding = '{"code":"content_lost","severity":"error","message":"gone","pointer":null}';
    await sql(
      url,
      `UPDATE readings SET findings = '{"findings":[${finding}],"valid":false}';
       UPDATE artifacts SET body = replace(body::text, '"state":"read"', '"state":"unreadable"')::json;
       UPDATE content_place SET id = NULL, marked = false`,
    );
    rmSync(join(folder, 'maestro-place'));
    const maestro = await start(env);
    await expect.poll(async () => (await maestro.evidence(id)).state, { timeout: HANG_MS }).toBe('read');
    expect((await maestro.evidence(id)).findings).toEqual([]);
    expect(readFileSync(join(folder, 'maestro-place'), 'utf8')).toMatch(/^[0-9a-f-]{36}\n$/);
    await maestro.stop();
  }, 120_000);

  it('of another database is refused by a fresh one, which serves all else', async () => {
    const BLOB_URL = `file:${join(newFolder(), 'blobs')}`;
    const owner = await start({ DATABASE_URL: (await newDatabase()).url, BLOB_URL });
    await owner.untilReady(READY);
    const other = { DATABASE_URL: (await newDatabase()).url, BLOB_URL };
    const maestro = await start(other);
    await maestro.untilReady(NOT_READY);
    await expect.poll(maestro.log, { timeout: HANG_MS }).toContain('so the place belongs to another database');
    const { id } = await maestro.newArtifact();
    expect(await (await maestro.put(id, SBOM)).json()).toMatchObject(UNAVAILABLE);
    expect((await command('sweep', other)).code).toBe(1);
    await maestro.stop();
    await owner.stop();
  }, 120_000);
});

describe('a process that cannot write', () => {
  it.skipIf(!mayMount)(
    'is not ready while its folder can only be read, and gives what is there',
    async () => {
      const folder = newFolder();
      mountAt(folder, 'size=8m');
      const maestro = await start({ DATABASE_URL: '', BLOB_URL: `file:${folder}` });
      await maestro.untilReady(READY);
      const { id } = await maestro.newArtifact();
      expect((await maestro.put(id, SBOM)).status).toBe(201);
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      await maestro.untilReady(NOT_READY);
      expect(await (await maestro.get(id)).text()).toBe(SBOM);
      expect((await maestro.put((await maestro.newArtifact()).id, SBOM)).status).toBe(503);
      execFileSync('mount', ['-o', 'remount,rw', folder]);
      await maestro.untilReady(READY);
      await maestro.stop();
    },
    120_000,
  );

  it.skipIf(!mayMount)(
    'loses nothing of a folder that is unmounted under it',
    async () => {
      const folder = newFolder();
      mountAt(folder, 'size=8m');
      const maestro = await start({ DATABASE_URL: '', BLOB_URL: `file:${folder}` });
      await maestro.untilReady(READY);
      const { id } = await maestro.newArtifact();
      expect((await maestro.put(id, SBOM)).status).toBe(201);
      execFileSync('mount', ['--bind', newFolder(), folder]);
      mounts.push(folder);
      await maestro.untilReady(NOT_READY);
      expect((await maestro.get(id)).status).toBe(503);
      expect((await maestro.put((await maestro.newArtifact()).id, SBOM)).status).toBe(503);
      expect(readdirSync(folder)).toEqual([]);
      unmount(folder);
      await maestro.untilReady(READY);
      expect(await (await maestro.get(id)).text()).toBe(SBOM);
      await maestro.stop();
    },
    120_000,
  );

  it('is not ready while its database can only be read, or has no room for a row', async () => {
    const { url } = await newDatabase();
    const name = new URL(url).pathname.slice(1);
    const maestro = await start({ DATABASE_URL: url, DATABASE_CONNECTIONS: '1' });
    await maestro.untilReady({ status: 200, body: { content: 'not_configured' } });
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`;
    await sql(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await sql(url, cut);
    const isAway = { status: 503, body: { type: 'urn:maestro:problem:store_unavailable' } };
    await maestro.untilReady(isAway);
    await sql(new URL('/postgres', url).href, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await sql(url, cut);
    await maestro.untilReady({ status: 200 });
    // Reads answer, and the database says that it takes writes.
    await sql(
      url,
      `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
       CREATE TRIGGER no_room BEFORE UPDATE ON write_probes EXECUTE FUNCTION no_room()`,
    );
    await maestro.untilReady(isAway);
    await sql(url, 'DROP TRIGGER no_room ON write_probes');
    await maestro.untilReady({ status: 200 });
    await maestro.stop();
  }, 120_000);
});

describe('a disk that fills up', () => {
  it.skipIf(!mayMount)(
    'takes no more content at its limit; all else goes on, and it can be pruned and swept',
    async () => {
      const outer = newFolder();
      mountAt(outer, 'size=256m,mode=755');
      const data = join(outer, 'data');
      const limit = 64 * MIB;
      const env = { DATABASE_URL: `embedded:${data}`, CONTENT_MIN_FREE_BYTES: String(limit) };
      const free = () => {
        const { bavail, bsize } = statfsSync(outer);
        return bavail * bsize;
      };
      const maestro = await start(env);
      await maestro.untilReady(READY);
      const statuses: number[] = [];
      const ended: string[] = [];
      while (statuses.at(-1) !== 507 && statuses.length < 60) {
        const { id, run_id } = await maestro.newArtifact('other');
        statuses.push((await maestro.put(id, Buffer.alloc(8 * MIB, statuses.length + 1))).status);
        ended.push(run_id);
      }
      expect(statuses.length).toBeGreaterThan(2);
      expect(new Set(statuses.slice(0, -1))).toEqual(new Set([201]));
      expect(statuses.at(-1)).toBe(507);
      expect(free()).toBeGreaterThan(limit - 8 * MIB);
      // Neither a chunked upload, whose length nobody knows, nor many at the same time get further.
      const many = await Promise.all(
        Array.from({ length: 4 }, async (_, at) => {
          const { id } = await maestro.newArtifact('other');
          const body = new ReadableStream({
            start(controller) {
              for (let part = 0; part < 32; part += 1) controller.enqueue(new Uint8Array(MIB).fill(100 + at));
              controller.close();
            },
          });
          const url = (await maestro.get(id)).url;
          return (await fetch(url, { method: 'PUT', body, duplex: 'half' } as RequestInit)).status;
        }),
      );
      expect(new Set(many)).toEqual(new Set([507]));
      expect(free()).toBeGreaterThan(limit - 16 * MIB);
      // Below the limit, as other programs may make it.
      writeFileSync(join(outer, 'others'), Buffer.alloc(Math.max(0, free() - limit / 2)));
      await maestro.untilReady({ status: 200, body: { content: 'full' } });
      const { id, run_id } = await maestro.newArtifact('other');
      const refused = await maestro.put(id, 'x');
      expect([refused.status, await refused.json()]).toEqual([
        507,
        expect.objectContaining({ type: 'urn:maestro:problem:content_store_full' }),
      ]);
      for (const one of [...ended, run_id])
        expect((await maestro.send('PATCH', `runs/${one}`, { status: 'failed' })).status).toBe(200);
      // All of it happened long ago.
      const password = readFileSync(join(data, 'password'), 'utf8').trim();
      const host = readdirSync(data).includes('socket.path')
        ? readFileSync(join(data, 'socket.path'), 'utf8')
        : join(data, 'socket');
      await sql(
        `postgres:///postgres?${new URLSearchParams({ host, user: 'maestro', password })}`,
        `UPDATE runs SET ended_at = '2020-01-01T00:00:00.000Z', body = regexp_replace(body::text,
         '"started_at":"[^"]*"', '"started_at":"2020-01-01T00:00:00.000Z"')::json WHERE ended_at IS NOT NULL`,
      );
      await maestro.stop();

      const again = await start(env);
      await again.untilReady({ status: 200, body: { content: 'full' } });
      await again.stop();
      const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
      for (const { parentPath, name } of readdirSync(join(data, 'blobs'), { recursive: true, withFileTypes: true }))
        if (/^[0-9a-f]{64}$/.test(name)) utimesSync(join(parentPath, name), old, old);
      expect(await command('prune', env, '2021-01-01')).toEqual({
        code: 0,
        text: `Deleted ${ended.length + 1} runs that finished before 2021-01-01T00:00:00.000Z\n`,
      });
      expect(await command('sweep', env)).toEqual({
        code: 0,
        text: `Removed ${ended.length - 1} blobs that no artifact names\n`,
      });
      const last = await start(env);
      await last.untilReady(READY);
      expect((await last.put((await last.newArtifact('other')).id, 'x')).status).toBe(201);
      await last.stop();
    },
    240_000,
  );
});
