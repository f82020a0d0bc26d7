import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import type { LostSettings } from '../../src/evidence/jobs/look-for-lost.ts';
import { addLost, BYTES, gone, newStores, processOf, stateOf } from './jobs/lost.ts';

describe('content that was read as lost', () => {
  it('is read again at the start where its bytes are there, with the events that say so', async () => {
    const stores = newStores();
    const ids = [await addLost(stores), await addLost(stores)];
    processOf(stores, { pollMs: 600_000 });
    for (const id of ids) await expect.poll(() => stateOf(stores, id), { timeout: 30_000 }).toBe('read');
    const { events } = await stores.of('default').events.after(null, 100);
    const ofOne = events.filter((event) => 'artifact_id' in event && event.artifact_id === ids[0]);
    expect(ofOne.map(({ type, actor }) => [type, actor.id]).slice(-2)).toEqual([
      ['artifact.evidence_requested', 'system:reader'],
      ['artifact.evidence_read', 'system:reader'],
    ]);
  });

  it('is read again when its bytes come back, and nothing is written until then', async () => {
    const stores = newStores();
    const id = await addLost(stores);
    let contentOf: LostSettings['contentOf'] = gone;
    let looks = 0;
    const { warnings } = processOf(stores, {
      contentOf: (...which) => {
        looks += 1;
        return contentOf(...which);
      },
    });
    const before = (await stores.of('default').events.after(null, 100)).events.length;
    await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(5);
    contentOf = async () => Readable.from([Buffer.from('what was awaY')]);
    const damagedFrom = looks;
    await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(damagedFrom + 5);
    expect((await stores.of('default').events.after(null, 100)).events).toHaveLength(before);
    expect([await stateOf(stores, id), warnings]).toEqual(['unreadable', []]);
    contentOf = async () => Readable.from([BYTES]);
    await expect.poll(() => stateOf(stores, id), { timeout: 30_000 }).toBe('read');
  });

  it('is looked for at once when the place is back, and not while it is away', async () => {
    const stores = newStores();
    const id = await addLost(stores);
    let isAway = true;
    let looks = 0;
    const ready = async () => {
      looks += 1;
      if (isAway) throw new MaestroError('content_store_unavailable', 'away');
    };
    const contentOf = async () => (isAway ? gone() : Readable.from([BYTES]));
    const { look, warnings } = processOf(stores, { ready, contentOf, pollMs: 600_000 });
    const ours = () => warnings.filter((line) => line.startsWith('What was lost was not looked for: away'));
    await expect.poll(() => ours().length, { timeout: 30_000 }).toBe(1);
    expect(looks).toBeGreaterThan(0);
    isAway = false;
    look();
    await expect.poll(() => stateOf(stores, id), { timeout: 30_000 }).toBe('read');
  });
});
