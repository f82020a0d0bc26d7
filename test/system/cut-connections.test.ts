// All connections to PostgreSQL are cut again and again while clients go over all routes. `FAULTS` makes it 100 times.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import type { ReleaseGateResult } from '../../src/domain/gate/release-gate-result.ts';
import { type CuttingProxy, cuttingProxy } from '../cutting-proxy.ts';
import { newDatabase, sql } from '../store/database.ts';
import { type Client, goOver, newClient } from './all-routes.ts';
import { newFolder, removeFolders } from './documents-sent.ts';
import { FAULTS, startMaestro, stopAll } from './processes.ts';
import { handedIn, newWorld, trustOf } from './verified-run.ts';

const CLIENTS = 8;
const CUTS = FAULTS >= 50 ? FAULTS * 2 : 10;

const proxies: CuttingProxy[] = [];
afterAll(async () => {
  await stopAll();
  for (const proxy of proxies) await proxy.close();
  removeFolders();
});

const world = await newWorld();
const handed = handedIn(world);

/** A server whose connections to its database can be cut, and whose trust file can change. */
async function newPlace() {
  const { url: database } = await newDatabase();
  const { hostname, port } = new URL(database);
  const proxy = await cuttingProxy({ host: hostname, port: Number(port) });
  proxies.push(proxy);
  const through = new URL(database);
  through.port = String(proxy.port);
  const folder = newFolder();
  const trustFile = join(folder, 'trust.json');
  const trust = (sources: boolean) =>
    writeFileSync(trustFile, JSON.stringify({ ...trustOf(), ...(sources ? {} : { sources: [] }) }));
  trust(true);
  const environment = { BLOB_URL: `file:${folder}/blobs`, TRUST_FILE: trustFile, GATE_MINIMUM_LEVEL: 'verified' };
  const log: string[] = [];
  const maestro = await startMaestro(through.href, environment, (text) => log.push(text));
  return { database, proxy, maestro, trust, log };
}

async function cutRepeatedly({ proxy, maestro, trust }: Awaited<ReturnType<typeof newPlace>>): Promise<number> {
  let cut = 0;
  for (let count = 1; count <= CUTS; count += 1) {
    await sleep(300 + Math.random() * 400);
    cut += proxy.cut();
    // What was verified is verified again, so that there is always something to do in the background.
    if (count % 4 !== 0) continue;
    trust(count % 8 === 0);
    maestro.signal('SIGHUP');
  }
  trust(true);
  maestro.signal('SIGHUP');
  return cut;
}

async function eventsOf(database: string): Promise<MaestroEvent[]> {
  const rows = await sql<{ body: MaestroEvent }>(database, 'SELECT body FROM events ORDER BY number');
  return rows.map(({ body }) => body);
}

const subjectOf = (event: MaestroEvent) => event.data.id;
const isOfToken = ({ type }: { type: string }) => type.startsWith('token.');

describe(`connections to PostgreSQL that are cut ${CUTS} times`, () => {
  const clients = Array.from({ length: CLIENTS }, newClient);
  const all = <Item>(pick: (client: Client) => Iterable<Item>) => clients.flatMap((client) => [...pick(client)]);
  const placing = newPlace();

  it('end no process, and callers get nothing worse than 503', async () => {
    const place = await placing;
    let loading = true;
    const working = clients.map(async (client, number) => {
      for (let turn = 0; loading; turn += 1) {
        await goOver(client, place.maestro.url, `${number}-${turn}`, handed, turn % 2 === 0);
      }
    });
    const cutting = cutRepeatedly(place).finally(() => {
      loading = false;
    });
    const [cut] = await Promise.all([cutting, ...working]);
    expect(place.maestro.alive()).toBe(true);
    expect(place.log.join('')).not.toContain('that nobody awaited');
    const refused = new Set(all(({ refused }) => refused.keys()).map((text) => text.split(' ').slice(0, 2).join(' ')));
    expect([...refused].filter((text) => !MAY_COME.includes(text))).toEqual([]);
    // Else the cuts met nothing.
    expect(refused).toContain('503 urn:maestro:problem:store_unavailable');
    expect(cut).toBeGreaterThan(CUTS);
    expect(all(({ passedWhileLacking }) => passedWhileLacking)).toEqual([]);
    const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8'));
    const routes = Object.entries(paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const answered = new Set(all(({ answered }) => answered));
    expect(routes.filter((route) => route.includes(' /maestro') && !answered.has(route))).toEqual([]);
  }, 600_000);

  it('lose nothing that was acknowledged, and leave no row without its event', async () => {
    const { maestro, database } = await placing;
    const made = all(({ made }) => made);
    expect(made.length).toBeGreaterThan(CLIENTS);
    for (const { path, latest, created } of made) {
      const found = await (await fetch(`${maestro.url}${path}/${created.id}`)).json();
      // What is read and verified changes an artifact later on.
      expect(found).toMatchObject(path.endsWith('artifacts') ? { id: created.id } : latest);
    }
    for (const [id, bytes] of all(({ sent }) => sent)) {
      const content = await fetch(`${maestro.url}/maestro/artifacts/${id}/content`);
      expect(Buffer.from(await content.arrayBuffer()).equals(bytes), id).toBe(true);
    }
    const events = (await eventsOf(database)).filter((event) => !isOfToken(event));
    const latest = new Map(events.map((event) => [subjectOf(event), event.data]));
    const created = events.filter(({ type }) => type.endsWith('.created')).map(subjectOf);
    expect(new Set(created).size).toBe(created.length);
    const rows = await sql<{ body: { id: string } }>(
      database,
      'SELECT body FROM runs UNION ALL SELECT body FROM artifacts UNION ALL SELECT body FROM disclosure_packs',
    );
    expect(rows.map(({ body }) => body.id).sort()).toEqual([...created].sort());
    for (const { body } of rows) expect(latest.get(body.id)).toEqual(body);
    // Every row was asked for under a key until it was acknowledged, so that none was made twice.
    expect(made.map((one) => one.created.id).sort()).toEqual([...created].sort());
  }, 600_000);

  it('leave no token without the events that explain it', async () => {
    const { database } = await placing;
    const events = (await eventsOf(database)).filter(isOfToken);
    const latest = new Map(events.map((event) => [subjectOf(event), event.data]));
    const rows = await sql<{ body: { id: string; revoked_at: string | null } }>(database, 'SELECT body FROM tokens');
    expect(rows.map(({ body }) => body.id).sort()).toEqual([...latest.keys()].sort());
    expect(rows.filter(({ body }) => body.revoked_at !== null).length).toBeGreaterThan(0);
    for (const { body } of rows) expect(body).toMatchObject(latest.get(body.id) ?? {});
  }, 600_000);

  it('leave every Idempotency-Key with the answer that it had', async () => {
    const { maestro } = await placing;
    for (const { path, key, request, created } of all(({ made }) => made)) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const again = await fetch(maestro.url + path, { method: 'POST', headers, body: JSON.stringify(request) });
      expect([again.status, await again.json()]).toEqual([201, created]);
    }
  }, 600_000);

  it('stop no work in the background: all is read and verified, and the gate says what it should', async () => {
    const { maestro, database } = await placing;
    const verdictOf = async (id: string) =>
      (await (await fetch(`${maestro.url}/maestro/runs/${id}/release-gate`)).json()) as ReleaseGateResult;
    // A lease that a cut left behind ends after a minute or two.
    const letTimePass = async () => {
      await sql(database, "UPDATE waiting_readings SET leased_until = leased_until - interval '2 minutes'");
      await sql(database, "UPDATE readings SET verify_leased_until = verify_leased_until - interval '2 minutes'");
    };
    await letTimePass();
    for (const id of all(({ whole }) => whole)) {
      await expect
        .poll(
          async () => {
            const { passed, details } = await verdictOf(id);
            if (!passed) await letTimePass();
            return passed || details.reasons;
          },
          { timeout: 120_000, interval: 250 },
        )
        .toBe(true);
    }
    for (const id of all(({ lacking }) => lacking)) expect((await verdictOf(id)).passed).toBe(false);
  }, 600_000);
});

// A machine that is busy with other tests may overload the server.
const MAY_COME = ['503 urn:maestro:problem:store_unavailable', '503 urn:maestro:problem:overloaded'];
