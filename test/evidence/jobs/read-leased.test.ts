import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import type { Readers } from '../../../src/evidence/readers.ts';
import { MAX_RUN_BYTES } from '../../../src/store/artifacts.ts';
import { A_READING } from '../../domain/rows.ts';
import { addContent, BYTES, processOf, state, stores } from './waiting.ts';

describe('an artifact that is leased to be read', () => {
  it('is given up, and says so, where it ended the process five times', async () => {
    const all = stores();
    const one = await addContent(all);
    for (let time = 0; time < 5; time += 1) await all.of('default').readings.leaseWaiting(1, 0);
    processOf(all, () => Promise.reject(new Error('never called')));
    await expect.poll(state(one)).toBe('unreadable');
    expect(await one.findings()).toMatchObject([{ code: 'reader_failed' }]);
  });

  it('goes on waiting where the store or the place of the bytes is away, and is read when it is back', {
    tags: 'slow',
  }, async () => {
    const all = stores();
    const one = await addContent(all);
    let away = 12;
    const contentOf = async () => {
      away -= 1;
      if (away >= 0) throw new MaestroError('content_store_unavailable', 'The place is away', [], new Error('refused'));
      return Readable.from([BYTES]);
    };
    const { warnings } = processOf(all, async () => A_READING, { contentOf, leaseMs: 30 });
    await expect.poll(state(one)).toBe('read');
    expect(warnings).toHaveLength(12);
    expect(warnings[0]).toContain(`${one.id} was not read: The place is away: refused`);
  });

  it('is unreadable, and says so, where the run has no room for what it says', { tags: 'slow' }, async () => {
    const all = stores();
    const one = await addContent(all);
    const subjects = [{ name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }];
    processOf(all, async () => ({ ...A_READING, subjects }));
    await expect.poll(state(one)).toBe('unreadable');
    expect(await one.findings()).toMatchObject([{ code: 'run_full' }]);
    expect(await one.evidence()).toMatchObject({ kind: 'sbom', format: 'cyclonedx-json', subjects: [] });
  });
});

describe('the end of a process', () => {
  it('gives back what is not finished in time: another process reads it at once, and no attempt is counted', async () => {
    const all = stores();
    const one = await addContent(all);
    let [begun, stopped]: [boolean, unknown] = [false, undefined];
    const hangs: Readers['read'] = (_bytes, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        begun = true;
        signal?.addEventListener('abort', () => {
          stopped = signal.reason;
          reject(signal.reason);
        });
      });
    const { pending, warnings } = processOf(all, hangs, { graceMs: 20, pollMs: 60_000 });
    await expect.poll(() => begun, { timeout: 30_000 }).toBe(true);
    await pending.close();
    expect(stopped).toMatchObject({ message: 'The process stops' });
    expect(warnings).toEqual([]);
    const [again] = await all.of('default').readings.leaseWaiting(1, 0);
    expect([again?.artifact.id, again?.attempts]).toEqual([one.id, 1]);
  });

  it('gives back what cannot be fetched in time', async () => {
    const all = stores();
    const one = await addContent(all);
    const contentOf = async () => new Readable({ read() {} });
    const { pending } = processOf(all, async () => A_READING, { contentOf, graceMs: 20 });
    await expect.poll(async () => (await all.of('default').readings.leaseWaiting(1, 0)).length).toBe(0);
    await pending.close();
    expect(await all.of('default').readings.leaseWaiting(1, 0)).toHaveLength(1);
    expect(await state(one)()).toBe('pending');
  });
});
