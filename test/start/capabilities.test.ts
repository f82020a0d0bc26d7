// A capability that only this test has: what the product does with it, on every kind of store.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stopping } from '../../src/http/stopping.ts';
import type { Job } from '../../src/jobs/job.ts';
import { capabilities, product } from '../../src/start/capabilities.ts';
import { joinCapabilities } from '../../src/start/capability.ts';
import { configWith, readSettings } from '../../src/start/config.ts';
import type { Host } from '../../src/start/host.ts';
import { earlyLog } from '../../src/start/log.ts';
import { openMaestro } from '../../src/start/open.ts';
import { pruneRuns } from '../../src/start/prune.ts';
import { notes } from '../capability/notes/capability.ts';
import { withNotes } from '../capability/with-notes.ts';
import { newDatabase } from '../store/database.ts';

const host = {
  ...{ argv: [], env: {}, versions: process.versions, stdout: { isTTY: false } },
  on: () => {},
} as unknown as Host;

const settings = (env: Record<string, string>) =>
  readSettings(configWith(withNotes.settings), { PORT: '0', LOG_LEVEL: 'silent', SHUTDOWN_WAIT_MS: '0', ...env });

const running = () => ({
  ...{ host, log: earlyLog(() => {}), stop: stopping(1_000) },
  readiness: () => 'ready' as const,
});

const open = (env: Record<string, string>) => openMaestro(settings(env), running(), withNotes);

type Body = { [field: string]: string } & { errors: { pointer: string }[] };

async function request(method: string, url: string, body?: object) {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

async function newRun(url: string): Promise<string> {
  const { body } = await request('POST', `${url}/maestro/runs`, { name: 'build', owner: 'team' });
  return String(body.id);
}

type Server = Awaited<ReturnType<typeof open>>;

const typesIn = async ({ stores }: Server) => {
  const { events } = await stores.of('default').events.after(null, 1_000);
  return events.map(({ type }) => type as string);
};

describe('the capabilities of the product', () => {
  it('are content, evidence, trust and callers, whose settings and stores are those of the server', async () => {
    expect(capabilities.map((one) => Object.keys(one.settings)[0])).toEqual([
      'BLOB_URL',
      'EVIDENCE_LIMIT',
      'TRUST_FILE',
      'AUTH',
    ]);
    expect(Object.keys((await product.stores.postgres()).stores)).toEqual(['readings']);
    expect(product.migrations).toEqual([]);
  });
});

describe.each([
  ['memory', async (): Promise<Record<string, string>> => ({})],
  ['PostgreSQL', async () => ({ DATABASE_URL: (await newDatabase()).url })],
])('one more capability, on %s', (_driver, newStore) => {
  it('writes its rows with their events, and its job works on them', async () => {
    const server = await open(await newStore());
    const url = await server.sockets.listen();
    const run = await newRun(url);
    const { status, body: note } = await request('POST', `${url}/maestro/runs/${run}/notes`, { text: 'looks good' });
    expect([status, note]).toEqual([201, { ...note, run_id: run, text: 'looks good', words: null }]);
    const listed = () => request('GET', `${url}/maestro/runs/${run}/notes`);
    await expect.poll(async () => (await listed()).body).toEqual([{ ...note, words: 2 }]);
    expect(await typesIn(server)).toEqual(['run.created', 'note.created', 'note.counted']);
    const { events } = await server.stores.of('default').events.after(null, 1_000);
    expect(events[1]).toMatchObject({ run_id: run, note_id: note.id, data: note });
    await server.close();
  });

  it('refuses what the core refuses, and writes nothing then', async () => {
    const server = await open(await newStore());
    const url = await server.sockets.listen();
    const missing = await request('POST', `${url}/maestro/runs/none/notes`, { text: 'x' });
    expect([missing.status, missing.body.type]).toEqual([404, 'urn:maestro:problem:run_not_found']);
    const run = await newRun(url);
    const misspelt = await request('POST', `${url}/maestro/runs/${run}/notes`, { txt: 'x' });
    expect([misspelt.status, misspelt.body.errors[0]?.pointer]).toEqual([422, '/txt']);
    expect(await typesIn(server)).toEqual(['run.created']);
    await server.close();
  });

  it('reads its setting', async () => {
    const server = await open({ ...(await newStore()), NOTE_LIMIT: '5' });
    const url = await server.sockets.listen();
    const run = await newRun(url);
    const statusOf = async (text: string) =>
      (await request('POST', `${url}/maestro/runs/${run}/notes`, { text })).status;
    expect([await statusOf('12345'), await statusOf('123456')]).toEqual([201, 422]);
    await server.close();
  });

  it('loses its rows with their run, and keeps those of other runs', async () => {
    const server = await open(await newStore());
    const url = await server.sockets.listen();
    const [old, kept] = [await newRun(url), await newRun(url)];
    for (const run of [old, kept]) await request('POST', `${url}/maestro/runs/${run}/notes`, { text: 'one' });
    await request('PATCH', `${url}/maestro/runs/${old}`, { status: 'succeeded' });
    const { notes } = server.stores.of('default');
    const waiting = async () => {
      const jobs = (await (await fetch(`${url}/maestro/jobs`)).json()) as { name: string; waiting: number }[];
      return jobs.find(({ name }) => name === 'count_words')?.waiting;
    };
    await expect.poll(waiting).toBe(0);
    const later = new Date(Date.now() + 60_000).toISOString();
    const { events } = await server.stores.of('default').events.after(null, 1);
    const [stamp] = events;
    if (stamp === undefined) throw new Error('the log is empty');
    expect(await pruneRuns(server.stores, later, () => ({ ...stamp, at: later }))).toBe(1);
    const left = async (run_id: string) => (await notes.list({ run_id }, { limit: 10, cursor: null })).rows.length;
    expect([await left(old), await left(kept)]).toEqual([0, 1]);
    await server.close();
  });
});

describe('one more capability', () => {
  it('has its routes in the OpenAPI document, and adds nothing else to it', async () => {
    const [ours, theirs] = [await open({}), await openMaestro(settings({}), running(), product)];
    const pathsOf = async ({ app }: Pick<Server, 'app'>) =>
      Object.entries((await app.inject('/openapi.json')).json().paths).map(([path, item]) => [
        path,
        Object.keys(item as object),
      ]);
    const known = await pathsOf(theirs);
    const paths = await pathsOf(ours);
    expect(paths.filter(([path]) => !known.some(([other]) => other === path))).toEqual([
      ['/maestro/runs/{run_id}/notes', ['post', 'get']],
    ]);
    expect(paths.filter(([path]) => known.some(([other]) => other === path))).toEqual(known);
    await Promise.all([ours.close(), theirs.close()]);
  });

  it('has its setting among those of the product, and its start is refused where the value is bad', () => {
    expect(settings({})).toMatchObject({ NOTE_LIMIT: 1_000, EVIDENCE_TIMEOUT_MS: 60_000, PORT: 0 });
    expect(() => settings({ NOTE_LIMIT: '0', PORT: 'x' })).toThrow(
      'Bad configuration: PORT must be a whole number; NOTE_LIMIT must be 1 or more',
    );
    expect(() => configWith({ ...withNotes.settings, PORT: notes.settings.NOTE_LIMIT })).toThrow(
      'The setting PORT is declared twice',
    );
  });

  it('does not start where the name of something its routes need is taken', async () => {
    const open = () => ({ jobs: [], needs: { digest: () => '' } });
    const taken = joinCapabilities([...capabilities, { open, routes: () => async () => {} }]);
    await expect(openMaestro(settings({}), running(), taken)).rejects.toThrow('The need digest is declared twice');
  });

  it.each(['runs', 'cursors'])('does not start where it has a store named %s, as the core has', async (name) => {
    for (const env of [{}, { DATABASE_URL: (await newDatabase()).url }]) {
      const stores = { [name]: () => ({}) };
      const files = { memory: async () => ({ stores }), postgres: async () => ({ stores }) };
      const taken = joinCapabilities([...capabilities, { stores: files, routes: () => async () => {} }]);
      const opened = openMaestro(settings(env), running(), taken as unknown as typeof product);
      await expect(opened.then((one) => one.close())).rejects.toThrow(`The store ${name} is declared twice`);
    }
  });

  it.each(['verify_evidence', 'count_words'])(
    'does not start where it has a job named %s, as another has',
    async (name) => {
      let closed = 0;
      const job: Job = {
        name,
        wake: () => {},
        progress: async () => ({
          name,
          waiting: 0,
          oldest_waiting_at: null,
          running: 0,
          failed: 0,
          last_failure: null,
        }),
        close: async () => {
          closed += 1;
        },
      };
      const again = { open: () => ({ jobs: [job], needs: {} }), routes: () => async () => {} };
      const taken = joinCapabilities([...capabilities, notes, again]);
      const folder = mkdtempSync(join(tmpdir(), 'maestro-jobs-'));
      const opened = openMaestro(
        settings({ BLOB_URL: `file:${folder}` }),
        running(),
        taken as unknown as typeof withNotes,
      );
      await expect(opened.then((one) => one.close())).rejects.toThrow(`The job ${name} is declared twice`);
      expect(closed).toBe(1);
      rmSync(folder, { recursive: true });
    },
  );

  it('does not compile where it needs what the server does not have', async () => {
    const greedy = { open: (_: { moon: string }) => ({ jobs: [], needs: {} }), routes: () => async () => {} };
    const joined = joinCapabilities([...capabilities, greedy]);
    // @ts-expect-error Nothing is called moon.
    await (await openMaestro(settings({}), running(), joined)).close();
    const needy = { routes: (_: { moon: string }) => async () => {} };
    // @ts-expect-error Nothing is called moon.
    await (await openMaestro(settings({}), running(), joinCapabilities([...capabilities, needy]))).close();
  });
});
