// A gate that waits for the last document of a large run: how often it loads the run, and that it
// answers once the document was read, whichever process did.
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { finishReading, finishVerifying } from '../../src/domain/evidence/evidence-changes.ts';
import type { Judging } from '../../src/domain/gate/flag.ts';
import { updateRun } from '../../src/domain/run/update-run.ts';
import { stopping } from '../../src/http/stopping.ts';
import { compose } from '../../src/start/compose.ts';
import { everybody, unidentified } from '../../src/start/request-context.ts';
import type { Stores, TenantStores } from '../../src/start/stores.ts';
import { openTrust } from '../../src/trust/current.ts';
import { anAttestation, aVerification, OTHER_TRUST, TRUST } from '../domain/attestations.ts';
import { A_READING } from '../domain/rows.ts';
import { type Api, testApp } from '../helper.ts';
import { memoryStores, postgresStores } from '../product-stores.ts';
import { addArtifact, addRun, addWaiting, stamp } from '../store/contract/kit.ts';
import { newDatabase } from '../store/database.ts';

const ARTIFACTS = 1_000;

const opened: Stores[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((stores) => stores.close()));
});

/**
 * A server on `stores` that reads and verifies no document by itself. `loads` counts the runs that it loaded, `asked` has
 * the runs that it asked to have verified.
 */
async function serverOn(stores: Stores) {
  const loads = { count: 0, running: 0, most: 0, probes: 0, slowMs: 0 };
  const asked: string[] = [];
  const judging: { now: Judging } = { now: { minimum: 'asserted', trust: TRUST } };
  const refuse = () => Promise.reject(new Error('nothing is read here'));
  const { needs } = compose(
    {
      callerOf: unidentified,
      callers: everybody,
      jobs: [],
      ...{ stores, place: null, trust: openTrust(null, () => new Date()), now: () => new Date(), newId: uuidv7 },
      ...{ readers: { workers: 1, maxBytes: 1, read: refuse, close: async () => {} }, warn: () => {} },
      ...{ stop: stopping(60_000), readiness: () => 'ready', nodeVersion: process.versions.node },
    },
    {
      content: { limits: { maxBytes: 1, idleMs: 1_000, totalMs: 1_000 }, redirect: false },
      ...{ minimum: 'asserted', requireIfMatch: false, publicUrl: null, authentication: 'local' },
    },
  );
  const inner = needs.storesFor({} as FastifyRequest);
  const runs: TenantStores['runs'] = {
    ...inner.runs,
    async evidence(id) {
      loads.count += 1;
      loads.running += 1;
      loads.most = Math.max(loads.most, loads.running);
      try {
        const evidence = await inner.runs.evidence(id);
        if (loads.slowMs > 0) await pause(loads.slowMs);
        return evidence;
      } finally {
        loads.running -= 1;
      }
    },
    revision(id) {
      loads.probes += 1;
      return inner.runs.revision(id);
    },
  };
  const app = await testApp({
    ...needs,
    storesFor: () => ({ ...inner, runs }),
    trust: { ...needs.trust, judging: () => judging.now, asked: (_request, runId) => void asked.push(runId) },
  });
  return { app, loads, asked, judging, store: inner };
}

/** A succeeded run of 1,000 artifacts, the last of which has content that waits to be read. */
async function largeRun(store: TenantStores) {
  const { id } = await addRun(store);
  for (let made = 1; made < ARTIFACTS; made += 100)
    await Promise.all(Array.from({ length: Math.min(100, ARTIFACTS - made) }, () => addArtifact(store, id)));
  const document = await addWaiting(store, id);
  await store.runs.update(id, (row) => updateRun(row, { status: 'succeeded' }, stamp()));
  return { id, document: document.id };
}

const readBy = (store: TenantStores, document: string) =>
  store.artifacts.update(document, (row) => finishReading(row, A_READING, stamp()));

async function waitingGate(app: Api, run: string, seconds: number) {
  const began = performance.now();
  const headers = { prefer: `wait=${seconds}` };
  const response = await app.inject({ url: `/maestro/runs/${run}/release-gate`, headers });
  return { details: response.json().details, ms: performance.now() - began };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const DRIVERS: Record<string, () => Promise<[Stores, Stores]>> = {
  async memory() {
    const stores = memoryStores({ maxArtifactsPerRun: ARTIFACTS });
    return [stores, stores];
  },
  async postgres() {
    const options = await newDatabase();
    return [await postgresStores(options), await postgresStores(options)];
  },
};

describe.each(Object.entries(DRIVERS))('a gate that waits for a run of 1,000 artifacts: %s', (_driver, open) => {
  async function given() {
    const [own, others] = await open();
    opened.push(...new Set([own, others]));
    const server = await serverOn(own);
    // Writes that this process is not told of, as those of another process.
    const other = others.of('default');
    return { ...server, other, run: await largeRun(other) };
  }

  it('loads it at the start and at the end where nothing changes for five seconds', async () => {
    const { app, loads, run } = await given();
    const { details, ms } = await waitingGate(app, run.id, 5);
    expect(details).toMatchObject({ total_artifacts: ARTIFACTS, pending_artifacts: 1 });
    expect(ms).toBeGreaterThan(4_900);
    expect(loads.count).toBe(2);
  });

  it.each(['this process', 'another process'])('answers once %s has read the last document', async (reader) => {
    const { app, loads, run, store, other } = await given();
    const waiting = waitingGate(app, run.id, 60);
    await expect.poll(() => loads.count, { timeout: 30_000 }).toBe(1);
    await pause(1_000);
    expect(loads.count).toBe(1);
    await readBy(reader === 'this process' ? store : other, run.document);
    const { details, ms } = await waiting;
    expect(details).toMatchObject({ total_artifacts: ARTIFACTS, pending_artifacts: 0 });
    expect(ms).toBeLessThan(30_000);
    expect(loads.count).toBe(2);
  });

  it('asks again and again to have verified what is stale, and loads the run no more often for that', async () => {
    const { app, loads, asked, judging, run, store } = await given();
    const verification = aVerification([anAttestation('a'.repeat(64))]);
    const verified = { ...A_READING, verification };
    await store.artifacts.update(run.document, (row) => finishReading(row, verified, stamp()));
    judging.now = { minimum: 'verified', trust: OTHER_TRUST };
    const waiting = waitingGate(app, run.id, 60);
    await expect.poll(() => asked.length, { timeout: 30_000 }).toBeGreaterThan(2);
    expect(new Set(asked)).toEqual(new Set([run.id]));
    expect(loads.count).toBe(1);
    const again = { ...verified, verification: { ...verification, trust: OTHER_TRUST } };
    await store.artifacts.update(run.document, (row) => finishVerifying(row, again, stamp()));
    await waiting;
    expect(loads.count).toBe(2);
  });

  it('is not woken by writes to another run, and looks again when another trust policy was loaded', async () => {
    const { app, loads, judging, run, store } = await given();
    const { id } = await addRun(store);
    const waiting = waitingGate(app, run.id, 60);
    await expect.poll(() => loads.count, { timeout: 30_000 }).toBe(1);
    for (let more = 0; more < 5; more += 1) {
      await addArtifact(store, id);
      await pause(150);
    }
    expect(loads.count).toBe(1);
    judging.now = { minimum: 'asserted', trust: OTHER_TRUST };
    await expect.poll(() => loads.count, { timeout: 30_000 }).toBe(2);
    await readBy(store, run.document);
    expect((await waiting).details.pending_artifacts).toBe(0);
    expect(loads.count).toBe(3);
  });

  it('shares its looks with a hundred others: two for each change, and one probe at a time', async () => {
    const { app, loads, run, store } = await given();
    const waiting = Array.from({ length: 100 }, () => waitingGate(app, run.id, 60));
    await expect.poll(() => loads.probes, { timeout: 30_000 }).toBeGreaterThan(10);
    await expect.poll(() => loads.running, { timeout: 30_000 }).toBe(0);
    const before = { ...loads };
    const changes = 5;
    for (let change = 1; change <= changes; change += 1) {
      await store.runs.update(run.id, (row) => updateRun(row, { cost_actual: change }, stamp()));
      await pause(300);
    }
    await readBy(store, run.document);
    for (const { details } of await Promise.all(waiting)) expect(details.pending_artifacts).toBe(0);
    expect(loads.most).toBe(1);
    expect(loads.count - before.count).toBeLessThanOrEqual(2 * (changes + 1));
    expect(loads.probes).toBeLessThan(1_000);
  });

  it('never answers with the state before a write that was answered before the gate was asked', async () => {
    const { app, loads, store } = await given();
    const { id } = await addRun(store);
    loads.slowMs = 5;
    const written = { count: 0 };
    const callers = Array.from({ length: 25 }, async (_, caller) => {
      for (let round = 0; round < 8; round += 1) {
        await pause((caller * 7 + round * 3) % 11);
        await addArtifact(store, id);
        written.count += 1;
        const least = written.count;
        const { details } = await waitingGate(app, id, 60);
        expect(details.total_artifacts).toBeGreaterThanOrEqual(least);
      }
    });
    await Promise.all(callers);
    expect(loads.most).toBe(1);
    expect(loads.count).toBeLessThan(25 * 8);
  });
});
