import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { finishReading } from '../../src/domain/evidence/evidence.ts';
import { findLost, type LostReadings } from '../../src/evidence/find-lost.ts';
import type { LostSettings } from '../../src/evidence/jobs/look-for-lost.ts';
import { LOST } from '../../src/evidence/jobs/read-content.ts';
import { readPending } from '../../src/evidence/read-pending.ts';
import { memoryStores } from '../../src/store/memory/memory.ts';
import { nameContent } from '../blobs/named.ts';
import { A_READING } from '../domain/rows.ts';

const BYTES = Buffer.from('what was away');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const stamp = () => ({ id: uuidv7(), at: new Date().toISOString(), request_id: 'r', actor: 'test' });
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

type Stores = ReturnType<typeof memoryStores>;
const newStores = () => memoryStores({ maxArtifactsPerRun: 10 });

/** An artifact whose content was read as lost. */
async function addLost(stores: Stores, size = BYTES.length): Promise<string> {
  const id = await nameContent(stores, SHA256, size);
  await stores.open('default').updateArtifact(id, (row) => finishReading(row, LOST, stamp()));
  return id;
}

const stateOf = async (stores: Stores, id: string) => (await stores.open('default').getArtifact(id)).evidence?.state;

/** A process that looks for it in a place that does as it is told. */
function processOf(stores: Stores, changes: Partial<LostSettings> = {}): LostReadings & { warnings: string[] } {
  const warnings: string[] = [];
  const settings = {
    stores,
    contentOf: async () => Readable.from([BYTES]),
    readers: { workers: 1, maxBytes: 1_000, read: async () => A_READING, close: async () => {} },
    now: () => new Date(),
    newId: () => uuidv7(),
    warn: (message: string) => void warnings.push(message),
    pollMs: 20,
    ...changes,
  };
  const pending = readPending({ ...settings, pollMs: 60_000 });
  const lost = findLost({ wake: pending.wake, ...settings });
  open.push(lost, pending);
  return { ...lost, warnings };
}

const gone = () => Promise.reject(new MaestroError('content_lost', 'gone'));

describe('content that was read as lost', () => {
  it('is read again at the start where its bytes are there, with the events that say so', async () => {
    const stores = newStores();
    const ids = [await addLost(stores), await addLost(stores)];
    processOf(stores, { pollMs: 600_000 });
    for (const id of ids) await expect.poll(() => stateOf(stores, id), { timeout: 30_000 }).toBe('read');
    const { events } = await stores.open('default').eventsAfter(null, 100);
    const ofOne = events.filter((event) => 'artifact_id' in event && event.artifact_id === ids[0]);
    expect(ofOne.map(({ type, actor }) => [type, actor]).slice(-2)).toEqual([
      ['artifact.evidence_requested', 'reader'],
      ['artifact.evidence_read', 'reader'],
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
    const before = (await stores.open('default').eventsAfter(null, 100)).events.length;
    await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(5);
    contentOf = async () => Readable.from([Buffer.from('what was awaY')]);
    const damagedFrom = looks;
    await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(damagedFrom + 5);
    expect((await stores.open('default').eventsAfter(null, 100)).events).toHaveLength(before);
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

  it('is fetched within bounds where it is damaged, and all of it is looked at in the end', async () => {
    const stores = newStores();
    const size = 32 * 1024 * 1024;
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push(await addLost(stores, size));
    let fetched = 0;
    const contentOf = async () => {
      fetched += 1;
      return Readable.from([Buffer.alloc(1)]);
    };
    const readers = { workers: 1, maxBytes: size, read: async () => A_READING, close: async () => {} };
    const { look } = processOf(stores, { contentOf, readers, pollMs: 600_000 });
    await expect.poll(() => fetched, { timeout: 30_000 }).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fetched).toBe(3);
    look();
    await expect.poll(() => fetched, { timeout: 30_000 }).toBe(6);
  });

  it('is asked of no store again where nothing is lost', async () => {
    const stores = newStores();
    await nameContent(stores, SHA256, BYTES.length);
    let asked = 0;
    const ready = async () => {
      asked += 1;
    };
    const lost = findLost({
      ...{ stores, ready, contentOf: gone, wake: () => {}, now: () => new Date(), newId: uuidv7, warn: () => {} },
      readers: { workers: 1, maxBytes: 10, read: async () => A_READING, close: async () => {} },
      pollMs: 5,
    });
    open.push(lost);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toBe(0);
  });
});
