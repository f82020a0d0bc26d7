// The promises of `blobs/store.ts`, one case each. Every driver runs all of them that its place allows.
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore, BlobStores, Incoming } from '../../src/blobs/store.ts';

export type Traits = {
  /** Ages come from the `now` that `makeStores` is given, not from a server. */
  agesByNow: boolean;
  /** `remove` takes a blob out of sight before it asks whether it is needed. */
  hidesFirst: boolean;
};

const HOUR_MS = 60 * 60 * 1000;
const LONG_AGO = new Date(0);
const NOT_A_SHA256 = [
  ...['', '..', '../../../../etc/passwd', 'constructor', '\0'],
  ...['a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64), `${'a'.repeat(64)}\n`],
  ...[`${'a'.repeat(61)}/..`, `../${'a'.repeat(64)}`, '\u0660'.repeat(64)],
];

/** Tenants that a careless path or key would take for one another, or for a place of its own. */
export const HOSTILE_TENANTS = [
  ...[
    '',
    '.',
    '..',
    '../../etc',
    'a',
    'A',
    'a/b',
    'a\\b',
    '/etc',
    'a\0b',
    'incoming',
    'leaving',
    '%2e%2e',
    'a b',
    'a:b',
  ],
  ...[
    'caf\u00e9',
    'cafe\u0301',
    '\u202eevil',
    '💥',
    '\ud800',
    '\udfff',
    'x'.repeat(256),
    'é'.repeat(255),
    'é'.repeat(256),
  ],
];

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export async function incomingWith(store: BlobStore, bytes: Uint8Array): Promise<Incoming> {
  const incoming = await store.receive();
  await incoming.write(bytes);
  return incoming;
}

/** Keeps the bytes and gives back their SHA-256. */
export async function put(store: BlobStore, bytes: Uint8Array): Promise<string> {
  const incoming = await incomingWith(store, bytes);
  await incoming.keep(sha256Of(bytes));
  await incoming.discard();
  return sha256Of(bytes);
}

export const bytesOf = async (store: BlobStore, ...[sha256, range]: Parameters<BlobStore['read']>) =>
  buffer(await (range === undefined ? store.read(sha256) : store.read(sha256, range)));

export async function all(blobs: AsyncIterable<string>): Promise<string[]> {
  const names: string[] = [];
  for await (const name of blobs) names.push(name);
  return names.sort();
}

const inAnHour = () => new Date(Date.now() + HOUR_MS);
const everything = (store: BlobStore) => all(store.keptBefore(inAnHour()));

/** `makeStores` is given the clock of the cases, which a driver that has a say in the ages of its blobs uses. */
export function blobStoreContract(
  name: string,
  makeStores: (now: () => Date) => Promise<BlobStores>,
  traits: Traits,
): void {
  describe(`blob store contract: ${name}`, () => {
    let lateMs = 0;
    let stores: BlobStores;
    let store: BlobStore;
    beforeAll(async () => {
      stores = await makeStores(() => new Date(Date.now() + lateMs));
    });
    beforeEach(() => {
      lateMs = 0;
      // Each case has a tenant to itself.
      store = stores.open(uuidv7());
    });
    afterAll(() => stores.close());
    const given: Given = {
      store: () => store,
      stores: () => stores,
      later: (ms) => {
        lateMs += ms;
      },
    };

    describe('bytes', () => bytesCases(given));
    describe('keeping', () => keepingCases(given));
    describe('names', () => nameCases(given));
    describe('ages', () => ageCases(given));
    if (traits.agesByNow) describe('ages by the clock', () => clockCases(given));
    describe('removal', () => removalCases(given));
    describe('the place', () => placeCases(given));
    if (traits.hidesFirst) describe('removal of what comes again', () => raceCases(given));
  });
}

type Given = { store(): BlobStore; stores(): BlobStores; later(ms: number): void };

function bytesCases({ store }: Given): void {
  it.each([0, 1, 2, 65_535, 65_536, 65_537, 262_144, 262_145])('gives back %i bytes as they came', async (size) => {
    const bytes = randomBytes(size);
    const sha256 = await put(store(), bytes);
    expect(await store().size(sha256)).toBe(size);
    expect((await bytesOf(store(), sha256)).equals(bytes)).toBe(true);
  });

  it('gives back several MiB that came in chunks of odd sizes', async () => {
    const bytes = randomBytes(7 * 1024 * 1024 + 13);
    const incoming = await store().receive();
    const sizes = [1, 65_537, 0, 999_983, 3, 262_144, 1_500_001, 7];
    for (let at = 0, index = 0; at < bytes.length; index += 1) {
      const size = sizes[index % sizes.length] ?? 1;
      await incoming.write(bytes.subarray(at, at + size));
      at += size;
    }
    await incoming.keep(sha256Of(bytes));
    await incoming.discard();
    expect(await store().size(sha256Of(bytes))).toBe(bytes.length);
    expect((await bytesOf(store(), sha256Of(bytes))).equals(bytes)).toBe(true);
  });

  it('has a blob of no bytes where nothing was written', async () => {
    const incoming = await store().receive();
    const sha256 = sha256Of(Buffer.alloc(0));
    await incoming.keep(sha256);
    await incoming.discard();
    expect([await store().size(sha256), (await bytesOf(store(), sha256)).length]).toEqual([0, 0]);
  });

  it('gives back the part that was asked for', async () => {
    const bytes = randomBytes(600_000);
    const sha256 = await put(store(), bytes);
    for (const [start, end] of [
      [0, 0],
      [599_999, 599_999],
      [0, 599_999],
      [1, 599_998],
      [65_535, 65_536],
      [262_143, 262_144],
      [300_000, 599_999],
    ] as const) {
      const part = await bytesOf(store(), sha256, { start, end });
      expect([start, end, part.equals(bytes.subarray(start, end + 1))]).toEqual([start, end, true]);
    }
  });

  it('keeps the bytes of a chunk whose memory is used again after its write', async () => {
    const bytes = randomBytes(300_000);
    const incoming = await store().receive();
    const chunk = Buffer.alloc(10_000);
    for (let at = 0; at < bytes.length; at += chunk.length) {
      bytes.copy(chunk, 0, at);
      await incoming.write(chunk);
      chunk.fill(0);
    }
    await incoming.keep(sha256Of(bytes));
    await incoming.discard();
    expect((await bytesOf(store(), sha256Of(bytes))).equals(bytes)).toBe(true);
  });

  it('hands out bytes that no one can change for others', async () => {
    const bytes = randomBytes(1_000);
    const sha256 = await put(store(), bytes);
    for await (const chunk of await store().read(sha256)) (chunk as Buffer).fill(0);
    expect((await bytesOf(store(), sha256)).equals(bytes)).toBe(true);
  });

  it('serves a reader whose blob is removed meanwhile to the end, or fails', async () => {
    const bytes = randomBytes(2 * 1024 * 1024);
    const sha256 = await put(store(), bytes);
    const source = await store().read(sha256);
    await store().remove(sha256, inAnHour(), async () => false);
    const read = await buffer(source).catch(() => null);
    expect(read === null || read.equals(bytes)).toBe(true);
  });

  it('links to the blob, where it links at all', async () => {
    const bytes = randomBytes(1_000);
    const sha256 = await put(store(), bytes);
    const names = { disposition: 'attachment; filename="a.json"', mediaType: 'application/json' };
    const url = await store().link(sha256, names);
    if (url === null) return;
    const response = await fetch(url);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(response.headers.get('content-disposition')).toBe(names.disposition);
    expect(response.headers.get('content-type')).toBe(names.mediaType);
  });
}

function keepingCases({ store }: Given): void {
  const bytes = () => randomBytes(1_000);

  it('shows nothing before it is kept', async () => {
    const one = bytes();
    const incoming = await incomingWith(store(), one);
    expect(await store().size(sha256Of(one))).toBe(null);
    await expect(store().read(sha256Of(one))).rejects.toMatchObject({ code: 'content_lost' });
    expect(await everything(store())).toEqual([]);
    await incoming.discard();
  });

  it('leaves nothing of what is discarded without having been kept', async () => {
    const one = bytes();
    await (await incomingWith(store(), one)).discard();
    expect(await store().size(sha256Of(one))).toBe(null);
    expect(await everything(store())).toEqual([]);
  });

  it('keeps a blob before and after what came is discarded', async () => {
    const one = bytes();
    const incoming = await incomingWith(store(), one);
    await incoming.keep(sha256Of(one));
    expect((await bytesOf(store(), sha256Of(one))).equals(one)).toBe(true);
    await incoming.discard();
    expect((await bytesOf(store(), sha256Of(one))).equals(one)).toBe(true);
  });

  it('may keep its bytes twice', async () => {
    const one = bytes();
    const incoming = await incomingWith(store(), one);
    await incoming.keep(sha256Of(one));
    await incoming.keep(sha256Of(one));
    await incoming.discard();
    expect((await bytesOf(store(), sha256Of(one))).equals(one)).toBe(true);
    expect(await everything(store())).toEqual([sha256Of(one)]);
  });

  it('keeps what came again after it was removed, as often as it is', async () => {
    const one = bytes();
    const incoming = await incomingWith(store(), one);
    for (let round = 0; round < 3; round += 1) {
      await incoming.keep(sha256Of(one));
      expect(await store().remove(sha256Of(one), inAnHour(), async () => false)).toBe(true);
      expect(await store().size(sha256Of(one))).toBe(null);
    }
    await incoming.keep(sha256Of(one));
    await incoming.discard();
    expect((await bytesOf(store(), sha256Of(one))).equals(one)).toBe(true);
  });

  it('makes one blob of the same bytes that come 50 times at once', async () => {
    const one = randomBytes(50_000);
    await Promise.all(Array.from({ length: 50 }, () => put(store(), one)));
    expect(await everything(store())).toEqual([sha256Of(one)]);
    expect((await bytesOf(store(), sha256Of(one))).equals(one)).toBe(true);
  });

  it('mixes nothing up of 20 blobs that come at once', async () => {
    const many = Array.from({ length: 20 }, (_, index) => randomBytes(10_000 + index));
    const names = await Promise.all(many.map((one) => put(store(), one)));
    for (const [index, one] of many.entries()) {
      expect((await bytesOf(store(), names[index] ?? '')).equals(one)).toBe(true);
    }
    expect(await everything(store())).toEqual(names.toSorted());
  });
}

function nameCases({ store, stores }: Given): void {
  it('says of a digest that it does not know that there is no blob', async () => {
    const unknown = sha256Of(randomBytes(9));
    expect(await store().size(unknown)).toBe(null);
    await expect(store().read(unknown)).rejects.toMatchObject({ name: 'MaestroError', code: 'content_lost' });
    await expect(store().read(unknown, { start: 0, end: 0 })).rejects.toMatchObject({ code: 'content_lost' });
    const asked: string[] = [];
    const remove = store().remove(unknown, inAnHour(), async () => asked.push(unknown) > 0);
    expect([await remove, asked]).toEqual([false, []]);
    expect(await everything(store())).toEqual([]);
  });

  it('refuses what is no digest, with no refusal that a caller could mistake for one of the place', async () => {
    const incoming = await incomingWith(store(), Buffer.from('a'));
    for (const text of NOT_A_SHA256) {
      for (const call of [
        () => store().size(text),
        () => store().read(text),
        () => store().remove(text, inAnHour(), async () => false),
        () => incoming.keep(text),
      ]) {
        await expect(call()).rejects.toThrow(TypeError);
      }
    }
    await incoming.discard();
    expect(await everything(store())).toEqual([]);
  });

  it('shows no tenant what another has, though the bytes are the same', async () => {
    const bytes = randomBytes(100);
    const other = stores().open(uuidv7());
    const sha256 = await put(store(), bytes);
    expect(await other.size(sha256)).toBe(null);
    expect(await everything(other)).toEqual([]);
    await expect(other.read(sha256)).rejects.toMatchObject({ code: 'content_lost' });
    expect(await other.remove(sha256, inAnHour(), async () => false)).toBe(false);
    await put(other, bytes);
    expect(await store().remove(sha256, inAnHour(), async () => false)).toBe(true);
    expect((await bytesOf(other, sha256)).equals(bytes)).toBe(true);
  });

  it('keeps tenants apart, whatever their names', async () => {
    const names = HOSTILE_TENANTS;
    const blobs = names.map((name) => Buffer.from(JSON.stringify(name)));
    for (const [index, name] of names.entries()) await put(stores().open(name), blobs[index] ?? Buffer.alloc(0));
    for (const [index, name] of names.entries()) {
      expect([name, await everything(stores().open(name))]).toEqual([
        name,
        [sha256Of(blobs[index] ?? Buffer.alloc(0))],
      ]);
    }
  });

  it('gives a tenant that is opened again what it had', async () => {
    const tenant = uuidv7();
    const sha256 = await put(stores().open(tenant), randomBytes(10));
    expect(await stores().open(tenant).size(sha256)).toBe(10);
  });
}

function ageCases({ store }: Given): void {
  it('lists the blobs that were last kept before a moment', async () => {
    const names = await Promise.all([1, 2, 3].map((size) => put(store(), randomBytes(size))));
    expect(await everything(store())).toEqual(names.toSorted());
    expect(await all(store().keptBefore(LONG_AGO))).toEqual([]);
  });

  it('lists 60 blobs, each once', async () => {
    const names: string[] = [];
    for (let batch = 0; batch < 2; batch += 1) {
      names.push(...(await Promise.all(Array.from({ length: 30 }, () => put(store(), randomBytes(20))))));
    }
    expect(await everything(store())).toEqual(names.toSorted());
  });

  it('comes to the end of a list whose blobs are all found to be needed meanwhile', async () => {
    const names = await Promise.all([1, 2, 3].map((size) => put(store(), randomBytes(size))));
    const seen: string[] = [];
    for await (const name of store().keptBefore(inAnHour())) {
      seen.push(name);
      expect(seen.length).toBeLessThan(10);
      await store().remove(name, inAnHour(), async () => true);
    }
    expect(new Set(seen)).toEqual(new Set(names));
  });
}

function clockCases({ store, later }: Given): void {
  it('counts the age of a blob from when it was last kept, not from when it came', async () => {
    const [old, renewed] = [randomBytes(10), randomBytes(11)];
    await put(store(), old);
    await put(store(), renewed);
    const late = await incomingWith(store(), Buffer.from('late'));
    later(10 * HOUR_MS);
    await late.keep(sha256Of(Buffer.from('late')));
    await late.discard();
    await put(store(), renewed);
    later(HOUR_MS);
    const moment = new Date(Date.now() + 5 * HOUR_MS);
    expect(await all(store().keptBefore(moment))).toEqual([sha256Of(old)]);
    expect(await store().remove(sha256Of(renewed), moment, async () => false)).toBe(false);
    expect(await store().size(sha256Of(renewed))).toBe(11);
  });

  it('makes a blob young again that what came is kept as once more', async () => {
    const bytes = randomBytes(10);
    const incoming = await incomingWith(store(), bytes);
    await incoming.keep(sha256Of(bytes));
    later(10 * HOUR_MS);
    await incoming.keep(sha256Of(bytes));
    await incoming.discard();
    expect(await all(store().keptBefore(new Date(Date.now() + 5 * HOUR_MS)))).toEqual([]);
  });
}

function removalCases({ store }: Given): void {
  it('removes what is not needed, and says so', async () => {
    const sha256 = await put(store(), randomBytes(10));
    expect(await store().remove(sha256, inAnHour(), async () => false)).toBe(true);
    expect(await store().size(sha256)).toBe(null);
    expect(await everything(store())).toEqual([]);
    expect(await store().remove(sha256, inAnHour(), async () => false)).toBe(false);
  });

  it('removes nothing that was kept since the moment, and does not even ask', async () => {
    const sha256 = await put(store(), randomBytes(10));
    let asked = 0;
    const isNeeded = async () => {
      asked += 1;
      return false;
    };
    expect(await store().remove(sha256, LONG_AGO, isNeeded)).toBe(false);
    expect([asked, await store().size(sha256)]).toEqual([0, 10]);
  });

  it('leaves what is needed as it is', async () => {
    const bytes = randomBytes(10);
    const sha256 = await put(store(), bytes);
    expect(await store().remove(sha256, inAnHour(), async () => true)).toBe(false);
    expect((await bytesOf(store(), sha256)).equals(bytes)).toBe(true);
    expect(await everything(store())).toEqual([sha256]);
  });

  it('leaves what comes to be needed while it asks', async () => {
    const rows = new Set<string>();
    const sha256 = await put(store(), randomBytes(10));
    const isNeeded = async () => {
      rows.add(sha256);
      await turn();
      return rows.has(sha256);
    };
    expect(await store().remove(sha256, inAnHour(), isNeeded)).toBe(false);
    expect(await store().size(sha256)).toBe(10);
  });

  it('leaves a blob where nobody can say whether it is needed, and throws the same', async () => {
    const sha256 = await put(store(), randomBytes(10));
    const boom = new Error('boom');
    const isNeeded = async () => {
      throw boom;
    };
    await expect(store().remove(sha256, inAnHour(), isNeeded)).rejects.toBe(boom);
    expect(await store().size(sha256)).toBe(10);
  });

  it('removes a blob that ten ask to remove at the same time', async () => {
    const sha256 = await put(store(), randomBytes(10));
    const removals = Array.from({ length: 10 }, () => store().remove(sha256, inAnHour(), async () => false));
    expect((await Promise.all(removals)).filter(Boolean).length).toBeGreaterThan(0);
    expect(await store().size(sha256)).toBe(null);
  });
}

function placeCases({ store, stores }: Given): void {
  it('keeps the first text as its marker, which is no blob, and goes on after it is prepared again', async () => {
    const { marker } = stores();
    const sha256 = await put(store(), Buffer.from('kept'));
    await Promise.all([marker.write('one'), marker.write('two')]);
    const text = await marker.read();
    expect(text).toMatch(/^\S/);
    await marker.write('three');
    await stores().prepare();
    expect([await marker.read(), await everything(store())]).toEqual([text, [sha256]]);
    expect(marker.where).not.toBe('');
  });

  it('returns its free bytes, or null', async () => {
    const free = await stores().free();
    if (free !== null) expect(free).toBeGreaterThan(0);
  });

  it('has blobs of no tenant for probes, which no tenant has', async () => {
    const { probe } = stores();
    const sha256 = await put(probe, randomBytes(100));
    for (const tenant of ['probe', '', 'maestro-place']) expect(await stores().open(tenant).size(sha256)).toBeNull();
    expect(await probe.size(sha256)).toBe(100);
    expect(await probe.remove(sha256, new Date('9999-01-01'), async () => false)).toBe(true);
    expect(await everything(probe)).toEqual([]);
  });
}

function raceCases({ store }: Given): void {
  it('asks whether a blob is needed when nobody can find it any more', async () => {
    const bytes = randomBytes(10);
    const sha256 = await put(store(), bytes);
    const seen: unknown[] = [];
    const isNeeded = async () => {
      seen.push(await store().size(sha256), await everything(store()));
      return false;
    };
    await store().remove(sha256, inAnHour(), isNeeded);
    expect(seen).toEqual([null, []]);
  });

  it.each([true, false])(
    'loses nothing of what is kept again while it asks, be the old one needed: %s',
    async (isNeeded) => {
      const bytes = randomBytes(10);
      const sha256 = await put(store(), bytes);
      await store().remove(sha256, inAnHour(), async () => {
        await put(store(), bytes);
        return isNeeded;
      });
      expect((await bytesOf(store(), sha256)).equals(bytes)).toBe(true);
      expect(await everything(store())).toEqual([sha256]);
    },
  );

  it('loses no blob that a row names in 1,000 races of uploads with removals', { tags: 'slow' }, async () => {
    const lost: string[] = [];
    let kept = 0;
    for (let batch = 0; batch < 50; batch += 1) {
      const rounds = Array.from({ length: 20 }, () => race(store(), randomBytes(20)));
      for (const { sha256, hasRow, isThere } of await Promise.all(rounds)) {
        if (hasRow) kept += 1;
        if (hasRow && !isThere) lost.push(sha256);
      }
    }
    expect([lost, kept]).toEqual([[], 1_000]);
  });
}

/** One or two uploads of the same bytes, which may lie there already without a row, against two removals. */
async function race(store: BlobStore, bytes: Buffer) {
  const sha256 = sha256Of(bytes);
  const rows = new Set<string>();
  if (Math.random() < 0.7) await put(store, bytes);
  const upload = async () => {
    const incoming = await incomingWith(store, bytes);
    await pause();
    await incoming.keep(sha256);
    await pause();
    rows.add(sha256);
    await pause();
    if ((await store.size(sha256)) === null) await incoming.keep(sha256);
    await incoming.discard();
  };
  const sweep = async () => {
    for (let round = 0; round < 3; round += 1) {
      await pause();
      await store.remove(sha256, inAnHour(), async () => {
        await pause();
        const isNeeded = rows.has(sha256);
        await pause();
        return isNeeded;
      });
    }
  };
  await Promise.all([upload(), sweep(), sweep(), ...(Math.random() < 0.3 ? [upload()] : [])]);
  return { sha256, hasRow: rows.has(sha256), isThere: (await store.size(sha256)) !== null };
}

async function pause(): Promise<void> {
  for (let left = Math.floor(Math.random() * 8); left > 0; left -= 1) await turn();
}
