import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import { READER, READER_NUMBER } from '../../../src/domain/evidence/reader.ts';
import { allPassed } from '../../../src/domain/evidence/verification.ts';
import type { Readers } from '../../../src/evidence/readers.ts';
import { MAX_RUN_BYTES } from '../../../src/store/artifacts.ts';
import { readTrustPolicy } from '../../../src/trust/trust-policy.ts';
import {
  addVerified,
  asReadBy,
  BYTES,
  KNOWN,
  NOBODY,
  processOf,
  readingWith,
  SOMEBODY,
  type Stores,
  stamp,
  stores,
} from './stale.ts';

describe('an artifact that was verified when something else was trusted', () => {
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
      await all
        .of('default')
        .readings.leaseStale(1, { ...next, reader: READER_NUMBER }, null, { ms: 0, at: stamp().at });
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
      expect((await all.of('default').readings.lost('', 10)).map(({ id }) => id)).toEqual([one.id]);
      expect(warnings).toEqual([]);
    },
  );

  it('counts as not verified, and says so, where the run has no room for what comes of it', {
    tags: 'slow',
  }, async () => {
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
        .of('default')
        .runs.delete(one.run_id, (run) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: run }));
      return readingWith(() => SOMEBODY)(bytes, how);
    };
    const { stale, warnings } = processOf(all, () => SOMEBODY, { read });
    await expect.poll(() => stale.progress()).toEqual({ done: 0, running: false });
    expect(warnings).toEqual([]);
  });
});

describe('an artifact that an older reader read', () => {
  const OLDER = `maestro/${READER_NUMBER - 1}`;
  const evidenceOf = async (all: Stores, id: string) => (await all.of('default').artifacts.get(id)).evidence;

  it('counts for nothing, and does not wait for ever, where it ended the process five times', async () => {
    const all = stores();
    const one = await addVerified(all, SOMEBODY);
    await asReadBy(all, one.id, OLDER);
    const { digest, since } = SOMEBODY;
    const now = { reader: READER_NUMBER, digest, since };
    for (let time = 0; time < 5; time += 1)
      await all.of('default').readings.leaseStale(1, now, null, { ms: 0, at: stamp().at });
    processOf(all, () => SOMEBODY, { read: () => Promise.reject(new Error('never called')) });
    await expect.poll(async () => (await evidenceOf(all, one.id))?.reader).toBe(READER);
    const { artifact, reading } = await all.of('default').readings.get(one.id);
    expect(artifact.evidence).toMatchObject({ state: 'unreadable', level: null });
    expect(reading).toMatchObject({ facts: null, verification: null, findings: [{ code: 'reader_failed' }] });
    expect(await all.of('default').readings.countStale(now, 10)).toBe(0);
  });

  it('is unreadable, and says why, where its run has no room for it or its bytes are gone', {
    tags: 'slow',
  }, async () => {
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
      const { artifact, reading } = await all.of('default').readings.get(one.id);
      expect(artifact.evidence).toMatchObject({ state: 'unreadable', reader: READER });
      expect(reading?.findings).toMatchObject([{ code }]);
      expect(warnings).toEqual([]);
    }
  });
});
