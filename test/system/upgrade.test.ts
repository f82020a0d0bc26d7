// A database as the version before wrote it (commit 6ecc0b1: reader maestro/2, verifier maestro/1), opened by this version.
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '../../src/domain/event/actor.ts';
import { finishVerifying, readAgain } from '../../src/domain/evidence/evidence-changes.ts';
import { isOutdated } from '../../src/domain/evidence/pending.ts';
import { READER, READER_NUMBER } from '../../src/domain/evidence/reader.ts';
import type { Level } from '../../src/domain/gate/flag.ts';
import { evidenceReport } from '../../src/evidence/evidence-report.ts';
import { readDocument } from '../../src/evidence/read.ts';
import { type StaleVerifications, verifyStale } from '../../src/evidence/verify-stale.ts';
import type { Stores, TenantStores } from '../../src/start/stores.ts';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import { gateOf, manifestOf } from '../domain/gate/judged.ts';
import { A_READING } from '../domain/rows.ts';
import { postgresStores } from '../product-stores.ts';
import { emptyDatabase, sql } from '../store/database.ts';

type Old = {
  reader: string;
  trust_file: string;
  /** `passed` is what the version before said at that level. */
  runs: { id: string; name: string; minimum: Level; passed: boolean }[];
  contents: Record<string, string>;
  rows: Record<string, object[]>;
};

const OLD: Old = JSON.parse(readFileSync(new URL('./rows-of-maestro-2.json', import.meta.url), 'utf8'));
const MIGRATIONS = new URL('../../src/store/postgres/migrations/', import.meta.url);
const TRUST = readTrustPolicy(OLD.trust_file, '2026-01-01T00:00:00.000Z');

const FALSE_PASSES = [
  'an SBOM of a version that does not exist',
  'an SBOM whose component has no name',
  'a scan whose result was not read',
];
const BY_DOCUMENTS = ['three documents that were signed', 'three documents that were read'];
const BY_WORD = ['flags that were declared of nothing', 'flags that were declared of the build'];
const BY_WORD_OF_A_DOCUMENT = [
  'an SBOM that declares its flags',
  'an SBOM that could not be read and declares its flags',
];
const CONTRADICTED = 'something else that declares to be an SBOM';

async function oldDatabase() {
  const options = await emptyDatabase();
  const client = new pg.Client(options.url);
  await client.connect();
  const names = readdirSync(MIGRATIONS).sort();
  for (const name of names.filter((one) => one < '0009')) {
    await client.query(readFileSync(new URL(name, MIGRATIONS), 'utf8'));
  }
  await client.query(
    'CREATE TABLE migrations (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz)',
  );
  await client.query("INSERT INTO migrations SELECT number, 'old', now() FROM generate_series(1, 8) AS number");
  for (const [table, rows] of Object.entries(OLD.rows)) {
    const text = JSON.stringify(rows);
    await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`, [text]);
  }
  // By its events a tenant is known; what they say of these rows is not kept here.
  await client.query(`SELECT record_event('default', 'r', '{"type":"run.created"}')`);
  await client.end();
  return options;
}

const opened: (Stores | StaleVerifications)[] = [];
afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
});

/** The background job of a process of this version. */
function background(stores: Stores, contentOf = async (sha256: string) => OLD.contents[sha256] ?? '') {
  const job = verifyStale({
    stores,
    contentOf: async (_tenant, sha256) => Readable.from([Buffer.from(await contentOf(sha256))]),
    readers: {
      workers: 1,
      maxBytes: 1_000_000,
      read: (bytes, how) =>
        readDocument(bytes, undefined, undefined, { verify: verifierOf(TRUST), receivedAt: how?.receivedAt ?? '' }),
      close: async () => {},
    },
    now: () => new Date(),
    newId: () => uuidv7(),
    warn: () => {},
    pollMs: 20,
    leaseMs: 10,
    trust: () => TRUST,
  });
  opened.push(job);
  return job;
}

const runOf = (name: string) => {
  const run = OLD.runs.find((one) => one.name === name);
  if (run === undefined) throw new Error(`no run ${name}`);
  return run;
};

async function verdictOn(store: TenantStores, name: string) {
  const { id, minimum } = runOf(name);
  const { run, artifacts, readings } = await store.runs.snapshot(id);
  const { passed, details } = gateOf(run, artifacts, readings, { minimum, trust: TRUST.digest });
  return { passed, codes: details.reasons.map(({ code }) => code), artifacts };
}

const stamp = () => ({ id: uuidv7(), at: new Date().toISOString(), request_id: 'r', actor: systemActor('test') });
const now = { reader: READER_NUMBER, digest: TRUST.digest, since: TRUST.since };

describe('a database of the version before', () => {
  let options: Awaited<ReturnType<typeof oldDatabase>>;
  let stores: Stores;
  let store: TenantStores;
  beforeAll(async () => {
    options = await oldDatabase();
    stores = await postgresStores(options);
    opened.push(stores);
    store = stores.of('default');
  });

  it('was written by an older reader, and passed what was false', () => {
    expect([OLD.reader, READER]).toEqual(['maestro/2', `maestro/${READER_NUMBER}`]);
    expect(READER_NUMBER).toBeGreaterThan(2);
    for (const name of [...FALSE_PASSES, ...BY_DOCUMENTS, ...BY_WORD, ...BY_WORD_OF_A_DOCUMENT])
      expect(runOf(name).passed).toBe(true);
    expect(runOf(CONTRADICTED).passed).toBe(false);
  });

  it.each([...FALSE_PASSES, ...BY_DOCUMENTS, ...BY_WORD_OF_A_DOCUMENT, CONTRADICTED])(
    'blocks right after the upgrade what rests on it: %s',
    async (name) => {
      const { passed, codes } = await verdictOn(store, name);
      expect({ passed, codes }).toEqual({ passed: false, codes: ['evidence_stale', 'no_compliant_artifact'] });
    },
  );

  it.each(BY_WORD)('still passes what rests on the word of the caller alone: %s', async (name) => {
    expect(await verdictOn(store, name)).toMatchObject({ passed: true, codes: [] });
  });

  it('shows no fact that an older reader found', async () => {
    for (const { id } of OLD.runs) {
      const snapshot = await store.runs.snapshot(id);
      const { compliance_report } = manifestOf(snapshot, { minimum: 'asserted', trust: TRUST.digest });
      for (const { facts, level } of compliance_report.artifacts) expect([facts, level]).toEqual([null, null]);
      for (const { id: artifact_id } of snapshot.artifacts) {
        const { artifact, reading } = await store.readings.get(artifact_id);
        if (artifact.evidence === null) continue;
        const run = { ...snapshot, trust: TRUST.digest };
        const report = evidenceReport(artifact, artifact.evidence, reading, run);
        expect(report).toMatchObject({ level: null, reading: 'outdated', facts: null, verification: null });
      }
    }
  });

  it('has every content read again, after which what is true passes again', async () => {
    const contents = OLD.rows.readings?.length ?? 0;
    expect(await store.readings.countStale(now, 1_000)).toBe(contents);
    const job = background(stores);
    await expect.poll(() => store.readings.countStale(now, 1_000), { timeout: 30_000 }).toBe(0);
    await expect.poll(() => job.progress()).toEqual({ done: contents, running: false });
    for (const { name } of OLD.runs) {
      const { artifacts } = await verdictOn(store, name);
      expect(artifacts.filter(isOutdated)).toEqual([]);
    }
    for (const name of [...BY_DOCUMENTS, ...BY_WORD, ...BY_WORD_OF_A_DOCUMENT])
      expect(await verdictOn(store, name), name).toMatchObject({ passed: true, codes: [] });
    for (const name of FALSE_PASSES)
      expect(await verdictOn(store, name), name).toMatchObject({ passed: false, codes: ['no_compliant_artifact'] });
    // Its content is text that no reader knows, which no longer speaks against what the caller declares.
    expect(await verdictOn(store, CONTRADICTED)).toMatchObject({ passed: true, codes: [] });
    const { events } = await store.events.after(null, 1_000);
    expect(events.filter(({ type }) => type === 'artifact.evidence_read')).toHaveLength(contents);
  });
});

describe('a database of the version before whose content cannot be had', () => {
  it('gives up after five attempts: what documents earned is gone, what was declared counts', async () => {
    const stores = await postgresStores(await oldDatabase());
    opened.push(stores);
    const store = stores.of('default');
    for (let time = 0; time < 5; time += 1) {
      const leased = await store.readings.leaseStale(1_000, now, null, 0);
      expect(leased).toHaveLength(OLD.rows.readings?.length ?? 0);
    }
    background(stores, () => Promise.reject(new Error('never called')));
    await expect.poll(() => store.readings.countStale(now, 1_000), { timeout: 30_000 }).toBe(0);
    for (const name of [...FALSE_PASSES, ...BY_DOCUMENTS]) {
      const { passed, codes, artifacts } = await verdictOn(store, name);
      expect({ passed, codes }, name).toEqual({ passed: false, codes: ['no_compliant_artifact'] });
      for (const { evidence } of artifacts) expect(evidence).toMatchObject({ state: 'unreadable', reader: READER });
    }
    for (const name of [...BY_WORD, ...BY_WORD_OF_A_DOCUMENT])
      expect(await verdictOn(store, name), name).toMatchObject({ passed: true });
  });
});

describe('a process of the version before beside one of this version', () => {
  // Those that it takes for stale, whatever it trusts.
  const ITS_STALE = "SELECT 1 FROM readings WHERE trust <> 'its own' AND trust_since <= now()";

  it('finds nothing to replace in what this version read and verified', async () => {
    const options = await oldDatabase();
    const stores = await postgresStores(options);
    opened.push(stores);
    const store = stores.of('default');
    expect(await sql(options.url, ITS_STALE)).toHaveLength(3);
    background(stores);
    await expect.poll(() => store.readings.countStale(now, 1_000), { timeout: 30_000 }).toBe(0);
    const signed = await sql(
      options.url,
      'SELECT reader, trust_since, verified_since FROM readings WHERE trust IS NOT NULL',
    );
    expect(signed).toEqual(
      Array.from({ length: 3 }, () => ({
        reader: READER_NUMBER,
        trust_since: Number.POSITIVE_INFINITY,
        verified_since: new Date(TRUST.since),
      })),
    );
    expect(await sql(options.url, ITS_STALE)).toEqual([]);
  });

  it('writes with its own reader, and this version reads that again', async () => {
    const options = await oldDatabase();
    const stores = await postgresStores(options);
    opened.push(stores);
    const store = stores.of('default');
    const { artifacts } = await store.runs.snapshot(runOf('three documents that were signed').id);
    const { id } = artifacts[0] as { id: string };
    await store.artifacts.update(id, (row) => readAgain(row, stamp()));
    await store.artifacts.update(id, (row) => {
      const change = finishVerifying({ ...row, evidence: artifacts[0]?.evidence ?? null }, A_READING, stamp());
      const evidence = change?.artifact.evidence ?? null;
      return (
        change && {
          ...change,
          artifact: { ...change.artifact, evidence: evidence && { ...evidence, reader: OLD.reader } },
        }
      );
    });
    expect(await sql(options.url, `SELECT reader FROM readings WHERE artifact_id = '${id}'`)).toEqual([{ reader: 2 }]);
    background(stores);
    await expect.poll(() => store.readings.countStale(now, 1_000), { timeout: 30_000 }).toBe(0);
    expect((await store.artifacts.get(id)).evidence).toMatchObject({ reader: READER });
  });
});
