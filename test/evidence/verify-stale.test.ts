import { describe, expect, it } from 'vitest';
import { systemActor } from '../../src/domain/event/actor.ts';
import { READER, READER_NUMBER } from '../../src/domain/evidence/reader.ts';
import { allPassed } from '../../src/domain/evidence/verification.ts';
import type { Readers } from '../../src/evidence/readers.ts';
import { addVerified, asReadBy, NOBODY, processOf, readingWith, SOMEBODY, type Stores, stores } from './jobs/stale.ts';

describe('what was verified when something else was trusted', () => {
  it('is verified again at the start, with the event that says so', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    expect((await one.verification())?.attestations.map(allPassed)).toEqual([false]);
    const { stale, warnings } = processOf(all, () => SOMEBODY);
    await expect.poll(one.trust).toBe(SOMEBODY.digest);
    expect((await one.verification())?.attestations.map(allPassed)).toEqual([true]);
    await expect.poll(() => stale.progress()).toEqual({ done: 1, running: false });
    const { events } = await all.of('default').events.after(null, 100);
    expect(events.at(-1)).toMatchObject({
      type: 'artifact.evidence_verified',
      artifact_id: one.id,
      actor: systemActor('verifier'),
    });
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

  it('is not undone by a process that knows only what was trusted before', async () => {
    const all = stores();
    const one = await addVerified(all, SOMEBODY);
    processOf(all, () => NOBODY, { pollMs: 10 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await one.trust()).toBe(SOMEBODY.digest);
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
  const evidenceOf = async (all: Stores, id: string) => (await all.of('default').artifacts.get(id)).evidence;

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
      const { events } = await all.of('default').events.after(null, 100);
      expect(events.at(-1)).toMatchObject({
        type: 'artifact.evidence_read',
        artifact_id: one.id,
        actor: systemActor('verifier'),
      });
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
    expect(await all.of('default').artifacts.get(one.id)).toEqual(newer);
    expect(stale.progress().done).toBe(0);
  });
});
