import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { createArtifact, storeContent } from '../../src/domain/artifact/artifact.ts';
import { MaestroError } from '../../src/domain/errors.ts';
import { type Evidence, finishReading, READER, READER_NUMBER } from '../../src/domain/evidence/evidence.ts';
import { allPassed } from '../../src/domain/evidence/verification.ts';
import { createRun } from '../../src/domain/run/run.ts';
import { readDocument } from '../../src/evidence/read.ts';
import type { Readers } from '../../src/evidence/readers.ts';
import { type StaleSettings, type StaleVerifications, verifyStale } from '../../src/evidence/verify-stale.ts';
import { memoryStores } from '../../src/store/memory/memory.ts';
import { MAX_RUN_BYTES } from '../../src/store/store.ts';
import { readTrustPolicy, type TrustPolicy } from '../../src/trust/trust-policy.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import { dsseEnvelope, newKey, vexStatement } from '../trust/signing.ts';

const key = newKey();
const BYTES = Buffer.from(JSON.stringify(dsseEnvelope(vexStatement({ name: 'a', sha256: 'ab'.repeat(32) }), [key])));
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const stamp = () => ({ id: uuidv7(), at: new Date().toISOString(), request_id: 'r', actor: 'test' });

/** What trusts the key, or nobody. */
const KNOWN = JSON.stringify({ keys: [{ name: 'k', pem: key.pem, valid_from: '2020-01-01T00:00:00Z' }] });
const NOBODY = readTrustPolicy(null, '2026-01-01T00:00:00.000Z');
const SOMEBODY = readTrustPolicy(KNOWN, '2026-01-02T00:00:00.000Z');

const open: StaleVerifications[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

type Stores = ReturnType<typeof memoryStores>;

const readingWith =
  (trust: () => TrustPolicy): Readers['read'] =>
  (bytes, how) =>
    readDocument(bytes, undefined, undefined, { verify: verifierOf(trust()), receivedAt: how?.receivedAt ?? '' });

/** A process that trusts what it is told, and reads as it is told. */
function processOf(
  stores: Stores,
  trust: () => TrustPolicy,
  changes: Partial<StaleSettings> & { read?: Readers['read'] } = {},
) {
  const { read = readingWith(trust), ...settings } = changes;
  const warnings: string[] = [];
  const stale = verifyStale({
    stores,
    contentOf: async () => Readable.from([BYTES]),
    readers: { workers: 1, maxBytes: 1_000_000, read, close: async () => {} },
    now: () => new Date(),
    newId: () => uuidv7(),
    warn: (message) => warnings.push(message),
    pollMs: 20,
    trust,
    ...settings,
  });
  open.push(stale);
  return { stale, warnings };
}

/** A signed document of a run of its own, as it was verified with that trust. */
async function addVerified(stores: Stores, trust: TrustPolicy, finished = false) {
  const store = stores.open('default');
  const { run, event } = createRun({ name: 'n', owner: 'o' }, uuidv7(), stamp());
  await store.createRun({ ...run, status: finished ? 'succeeded' : 'running' }, event);
  const request = { run_id: run.id, kind: 'other' as const, path_or_uri: 'p' };
  const made = createArtifact(request, uuidv7(), stamp());
  await store.createArtifact(made.artifact, made.event);
  const { id } = made.artifact;
  const received = { digests: { sha256: SHA256, sha384: null, sha512: 'b'.repeat(128) }, size: BYTES.length };
  await store.updateArtifact(id, (row) =>
    storeContent(row, { ...received, media_type: 'm', says_nothing: false }, stamp()),
  );
  const reading = await readingWith(() => trust)(BYTES, { receivedAt: '2026-06-01T00:00:00.000Z' });
  await store.updateArtifact(id, (row) => finishReading(row, reading, stamp()));
  const verification = async () => (await store.getReading(id)).reading?.verification;
  return { id, run_id: run.id, verification, trust: async () => (await verification())?.trust };
}

/** Has it that a reader of this name has read the document, and made that of it. */
async function asReadBy(all: Stores, id: string, reader: string, changes: Partial<Evidence> = {}) {
  const { reading } = await all.open('default').getReading(id);
  return all.open('default').updateArtifact(id, (row) => {
    const artifact = { ...row, evidence: { ...(row.evidence as Evidence), ...changes, reader } };
    const event = { ...stamp(), type: 'artifact.evidence_read', run_id: row.run_id, artifact_id: id } as const;
    return { artifact, event: { ...event, data: artifact }, reading };
  });
}

const stores = () => memoryStores({ maxArtifactsPerRun: 100 });

describe('what was verified when something else was trusted', () => {
  it('is verified again at the start, with the event that says so', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    expect((await one.verification())?.attestations.map(allPassed)).toEqual([false]);
    const { stale, warnings } = processOf(all, () => SOMEBODY);
    await expect.poll(one.trust).toBe(SOMEBODY.digest);
    expect((await one.verification())?.attestations.map(allPassed)).toEqual([true]);
    await expect.poll(() => stale.progress()).toEqual({ done: 1, running: false });
    const { events } = await all.open('default').eventsAfter(null, 100);
    expect(events.at(-1)).toMatchObject({ type: 'artifact.evidence_verified', artifact_id: one.id, actor: 'verifier' });
    expect(warnings).toEqual([]);
  });

  it('is verified again whenever something else is trusted, and no more once it is', async () => {
    const all = stores();
    const documents = await Promise.all(Array.from({ length: 20 }, () => addVerified(all, NOBODY)));
    let now = NOBODY;
    let reads = 0;
    const read: Readers['read'] = (bytes, how) => {
      reads += 1;
      return readingWith(() => now)(bytes, how);
    };
    const { stale } = processOf(all, () => now, { read });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(reads).toBe(0);
    now = SOMEBODY;
    stale.changed();
    for (const one of documents) await expect.poll(one.trust).toBe(SOMEBODY.digest);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(reads).toBe(20);
    expect(stale.progress()).toEqual({ done: 20, running: false });
  });

  it('is verified again first where somebody asked, then in unfinished runs, then in the others', async () => {
    const all = stores();
    const finished = await Promise.all(Array.from({ length: 12 }, () => addVerified(all, NOBODY, true)));
    const running = await Promise.all(Array.from({ length: 12 }, () => addVerified(all, NOBODY)));
    const asked = finished[3];
    const order: string[] = [];
    const update = all.open('default').updateArtifact;
    all.open('default').updateArtifact = async (id, change) => {
      order.push(id);
      return update(id, change);
    };
    let now = NOBODY;
    const { stale } = processOf(all, () => now, { pollMs: 60_000 });
    await expect.poll(() => stale.progress().running).toBe(false);
    now = SOMEBODY;
    stale.asked('default', asked?.run_id ?? '');
    await expect.poll(() => order.length).toBe(24);
    expect(order[0]).toBe(asked?.id);
    expect(new Set(order.slice(1, 13))).toEqual(new Set(running.map(({ id }) => id)));
    expect(new Set(order)).toEqual(new Set([...finished, ...running].map(({ id }) => id)));
  });

  it('is not undone by a process that knows only what was trusted before', async () => {
    const all = stores();
    const one = await addVerified(all, SOMEBODY);
    processOf(all, () => NOBODY, { pollMs: 10 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await one.trust()).toBe(SOMEBODY.digest);
  });

  it('is verified once where several processes are at it', async () => {
    const all = stores();
    const documents = await Promise.all(Array.from({ length: 30 }, () => addVerified(all, NOBODY)));
    let reads = 0;
    const read: Readers['read'] = async (bytes, how) => {
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      return readingWith(() => SOMEBODY)(bytes, how);
    };
    for (let count = 0; count < 3; count += 1) processOf(all, () => SOMEBODY, { read });
    for (const one of documents) await expect.poll(one.trust).toBe(SOMEBODY.digest);
    expect(reads).toBe(30);
  });

  it('stays what it is while its bytes cannot be had, is said to be so, and is verified when they can', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    let isAway = true;
    const contentOf = async () => {
      if (isAway) throw new Error('no connection');
      return Readable.from([BYTES]);
    };
    const { warnings } = processOf(all, () => SOMEBODY, { contentOf, leaseMs: 10 });
    await expect.poll(() => warnings.length).toBeGreaterThan(8);
    expect(warnings[0]).toBe(`The content of artifact ${one.id} was not verified again: no connection`);
    expect(await one.trust()).toBe(NOBODY.digest);
    isAway = false;
    await expect.poll(one.trust).toBe(SOMEBODY.digest);
    expect((await one.verification())?.attestations.map(allPassed)).toEqual([true]);
  });

  it('counts as not verified where it ended the process five times', async () => {
    const all = stores();
    const one = await addVerified(all, SOMEBODY);
    const next = readTrustPolicy(KNOWN.replace('"k"', '"l"'), '2026-01-03T00:00:00.000Z');
    for (let time = 0; time < 5; time += 1)
      await all.open('default').leaseStale(1, { ...next, reader: READER_NUMBER }, null, { ms: 0, at: stamp().at });
    processOf(all, () => next, { read: () => Promise.reject(new Error('never called')) });
    await expect.poll(one.trust).toBe(next.digest);
    const [attestation] = (await one.verification())?.attestations ?? [];
    expect(attestation?.links).toMatchObject([{ link: 'signature', held: false, code: 'verifier_failed' }]);
  });

  it.each(['gone', 'damaged'])(
    'counts as not verified at once where its bytes are %s, and is found when they are back',
    async (what) => {
      const all = stores();
      const one = await addVerified(all, NOBODY);
      const contentOf = async () => {
        if (what === 'gone') throw new MaestroError('content_lost', 'gone');
        return Readable.from([BYTES.subarray(1)]);
      };
      const { warnings } = processOf(all, () => SOMEBODY, { contentOf });
      await expect.poll(one.trust, { timeout: 30_000 }).toBe(SOMEBODY.digest);
      const [attestation] = (await one.verification())?.attestations ?? [];
      expect(attestation?.links).toMatchObject([{ link: 'signature', held: false, code: 'content_lost' }]);
      expect((await all.open('default').lostReadings('', 10)).map(({ id }) => id)).toEqual([one.id]);
      expect(warnings).toEqual([]);
    },
  );

  it('is not even begun while the place for content is away, however long that takes', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    let looks = 0;
    const ready = async () => {
      looks += 1;
      if (looks < 20) throw new MaestroError('content_store_unavailable', 'away', [], new Error('not mounted'));
    };
    let fetches = 0;
    const contentOf = async () => {
      fetches += 1;
      return Readable.from([BYTES]);
    };
    const { warnings } = processOf(all, () => SOMEBODY, { ready, contentOf, leaseMs: 600_000 });
    await expect.poll(one.trust, { timeout: 30_000 }).toBe(SOMEBODY.digest);
    expect((await one.verification())?.attestations.map(allPassed)).toEqual([true]);
    expect([looks >= 20, fetches]).toEqual([true, 1]);
    expect(warnings[0]).toBe('Verifying again is paused: away: not mounted');
  });

  it('counts as not verified, and says so, where the run has no room for what comes of it', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    const read: Readers['read'] = async (bytes, how) => {
      const reading = await readingWith(() => SOMEBODY)(bytes, how);
      return { ...reading, subjects: [{ name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }] };
    };
    const { stale, warnings } = processOf(all, () => SOMEBODY, { read });
    await expect.poll(one.trust).toBe(SOMEBODY.digest);
    const [attestation] = (await one.verification())?.attestations ?? [];
    expect(attestation?.links).toMatchObject([{ link: 'signature', held: false, code: 'run_full' }]);
    await expect.poll(() => stale.progress()).toEqual({ done: 1, running: false });
    expect(warnings).toEqual([]);
  });

  it('goes with its run, without a word', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    const read: Readers['read'] = async (bytes, how) => {
      await all
        .open('default')
        .deleteRun(one.run_id, (run) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: run }));
      return readingWith(() => SOMEBODY)(bytes, how);
    };
    const { stale, warnings } = processOf(all, () => SOMEBODY, { read });
    await expect.poll(() => stale.progress()).toEqual({ done: 0, running: false });
    expect(warnings).toEqual([]);
  });

  it('is left alone from the moment that the process closes', async () => {
    const all = stores();
    const documents = await Promise.all(Array.from({ length: 10 }, () => addVerified(all, NOBODY)));
    const read: Readers['read'] = async (bytes, how) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return readingWith(() => SOMEBODY)(bytes, how);
    };
    const { stale } = processOf(all, () => SOMEBODY, { read });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stale.close();
    const done = async () =>
      (await Promise.all(documents.map((one) => one.trust()))).filter((one) => one === SOMEBODY.digest);
    const before = (await done()).length;
    expect(before).toBeLessThan(10);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await done()).length).toBe(before);
  });
});

describe('what another reader read', () => {
  const OLDER = `maestro/${READER_NUMBER - 1}`;
  const NEWER = `maestro/${READER_NUMBER + 1}`;
  const evidenceOf = async (all: Stores, id: string) => (await all.open('default').getArtifact(id)).evidence;

  it.each(['read', 'opaque', 'unreadable'] as const)(
    'is read again where the reader is older, though nothing else is trusted and it found it %s',
    async (state) => {
      const all = stores();
      const one = await addVerified(all, SOMEBODY);
      await asReadBy(all, one.id, OLDER, { state });
      const { stale, warnings } = processOf(all, () => SOMEBODY);
      await expect.poll(async () => (await evidenceOf(all, one.id))?.reader).toBe(READER);
      expect(await evidenceOf(all, one.id)).toMatchObject({ state: 'read', kind: 'attestation' });
      await expect.poll(() => stale.progress()).toEqual({ done: 1, running: false });
      const { events } = await all.open('default').eventsAfter(null, 100);
      expect(events.at(-1)).toMatchObject({ type: 'artifact.evidence_read', artifact_id: one.id, actor: 'verifier' });
      expect(warnings).toEqual([]);
    },
  );

  it('is read again by a process that trusts what was trusted before', async () => {
    const all = stores();
    const one = await addVerified(all, SOMEBODY);
    await asReadBy(all, one.id, OLDER);
    processOf(all, () => NOBODY);
    await expect.poll(async () => (await evidenceOf(all, one.id))?.reader).toBe(READER);
  });

  it('is left alone where the reader is newer, whatever is trusted, and though it was leased before that', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    const other = await addVerified(all, NOBODY);
    const newer = await asReadBy(all, one.id, NEWER);
    const read: Readers['read'] = async (bytes, how) => {
      await asReadBy(all, other.id, NEWER);
      return readingWith(() => SOMEBODY)(bytes, how);
    };
    const { stale } = processOf(all, () => SOMEBODY, { read, pollMs: 10 });
    await expect.poll(async () => (await evidenceOf(all, other.id))?.reader).toBe(NEWER);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await evidenceOf(all, one.id))?.reader).toBe(NEWER);
    expect((await evidenceOf(all, other.id))?.reader).toBe(NEWER);
    expect(await all.open('default').getArtifact(one.id)).toEqual(newer);
    expect(stale.progress().done).toBe(0);
  });

  it('counts for nothing, and does not wait for ever, where it ended the process five times', async () => {
    const all = stores();
    const one = await addVerified(all, SOMEBODY);
    await asReadBy(all, one.id, OLDER);
    const { digest, since } = SOMEBODY;
    const now = { reader: READER_NUMBER, digest, since };
    for (let time = 0; time < 5; time += 1)
      await all.open('default').leaseStale(1, now, null, { ms: 0, at: stamp().at });
    processOf(all, () => SOMEBODY, { read: () => Promise.reject(new Error('never called')) });
    await expect.poll(async () => (await evidenceOf(all, one.id))?.reader).toBe(READER);
    const { artifact, reading } = await all.open('default').getReading(one.id);
    expect(artifact.evidence).toMatchObject({ state: 'unreadable', level: null });
    expect(reading).toMatchObject({ facts: null, verification: null, findings: [{ code: 'reader_failed' }] });
    expect(await all.open('default').countStale(now, 10)).toBe(0);
  });

  it('is unreadable, and says why, where its run has no room for it or its bytes are gone', async () => {
    for (const code of ['run_full', 'content_lost']) {
      const all = stores();
      const one = await addVerified(all, SOMEBODY);
      await asReadBy(all, one.id, OLDER);
      const read: Readers['read'] = async (bytes, how) => {
        const reading = await readingWith(() => SOMEBODY)(bytes, how);
        return { ...reading, subjects: [{ name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }] };
      };
      const gone = { contentOf: () => Promise.reject(new MaestroError('content_lost', 'gone')) };
      const { stale, warnings } = processOf(all, () => SOMEBODY, code === 'run_full' ? { read } : gone);
      await expect.poll(() => stale.progress()).toEqual({ done: 1, running: false });
      const { artifact, reading } = await all.open('default').getReading(one.id);
      expect(artifact.evidence).toMatchObject({ state: 'unreadable', reader: READER });
      expect(reading?.findings).toMatchObject([{ code }]);
      expect(warnings).toEqual([]);
    }
  });
});
