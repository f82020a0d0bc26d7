// Places for bytes that lie or fail, each in one way, in front of one that does neither.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { full, lost, unavailable } from '../../src/blobs/refusals.ts';
import type { BlobStore, Incoming } from '../../src/blobs/store.ts';

export type Lie = (store: BlobStore) => BlobStore;

/** What comes out of a read, changed. */
const reading =
  (change: (bytes: Buffer) => Buffer | Readable): Lie =>
  (store) => ({
    ...store,
    async read(sha256, range) {
      const chunks: Buffer[] = [];
      for await (const chunk of await store.read(sha256, range)) chunks.push(chunk as Buffer);
      const changed = change(Buffer.concat(chunks));
      return changed instanceof Readable ? changed : Readable.from(inParts(changed));
    },
  });

/** What goes into a blob, changed. */
const writing =
  (change: (incoming: Incoming) => Partial<Incoming>): Lie =>
  (store) => ({
    ...store,
    async receive() {
      const incoming = await store.receive();
      return { ...incoming, ...change(incoming) };
    },
  });

const flipped = (bytes: Uint8Array): Buffer => {
  const copy = Buffer.from(bytes);
  copy[Math.floor(copy.length / 2)] = (copy[Math.floor(copy.length / 2)] ?? 0) ^ 1;
  return copy;
};

function* inParts(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

function broken(bytes: Buffer): Readable {
  const parts = [...inParts(bytes.subarray(0, bytes.length / 2))];
  return Readable.from(
    (async function* () {
      yield* parts;
      throw new Error('the connection broke');
    })(),
  );
}

/** Fails the first `times` calls of each kind. */
const failing =
  (times: number): Lie =>
  (store) => {
    const left = { receive: times, size: times, read: times };
    const first = async (kind: keyof typeof left) => {
      left[kind] -= 1;
      if (left[kind] >= 0) throw unavailable(new Error('503'));
    };
    return {
      ...store,
      receive: () => first('receive').then(() => store.receive()),
      size: (sha256) => first('size').then(() => store.size(sha256)),
      read: (sha256, range) => first('read').then(() => store.read(sha256, range)),
    };
  };

/** Does not find a blob for the first `times` looks at it. */
const forgetful =
  (times: number): Lie =>
  (store) => {
    let left = times;
    return {
      ...store,
      size: async (sha256) => (left-- > 0 ? null : store.size(sha256)),
      async read(sha256, range) {
        if (left-- > 0) throw lost(sha256);
        return store.read(sha256, range);
      },
    };
  };

const late: Lie = (store) => ({
  ...store,
  receive: () => sleep(200).then(() => store.receive()),
  size: (sha256) => sleep(200).then(() => store.size(sha256)),
  read: (sha256, range) => sleep(200).then(() => store.read(sha256, range)),
});

export const OTHER = Buffer.alloc(10_000, 'other');

/** What can go wrong when bytes are stored. */
export const LIES_OF_PUT: Record<string, Lie> = {
  truncates: writing((incoming) => ({ write: (chunk) => incoming.write(chunk.subarray(0, -1)) })),
  'flips a byte': writing((incoming) => ({ write: (chunk) => incoming.write(flipped(chunk)) })),
  'stores another object': writing((incoming) => ({
    write: (chunk) => incoming.write(OTHER.subarray(0, chunk.length)),
  })),
  'does not find for a while what it has stored': forgetful(1),
  'does not find at all what it has stored': forgetful(Number.MAX_SAFE_INTEGER),
  'is unavailable, then fine': failing(1),
  'breaks off half way': writing(() => ({ write: () => Promise.reject(unavailable(new Error('reset'))) })),
  'answers late': late,
  'stores it twice': writing((incoming) => ({
    keep: async (sha256) => {
      await Promise.all([incoming.keep(sha256), incoming.keep(sha256)]);
    },
  })),
  'has no room': writing(() => ({ write: () => Promise.reject(full(new Error('ENOSPC'))) })),
};

/** What can go wrong when bytes are fetched. */
export const LIES_OF_GET: Record<string, Lie> = {
  truncates: reading((bytes) => bytes.subarray(0, -1)),
  'gives nothing': reading(() => Buffer.alloc(0)),
  'adds a byte': reading((bytes) => Buffer.concat([bytes, Buffer.from('x')])),
  'flips a byte': reading(flipped),
  'gives another object': reading((bytes) => OTHER.subarray(0, bytes.length)),
  'does not find it for a while': forgetful(1),
  'is unavailable, then fine': failing(1),
  'breaks off half way': reading(broken),
  'answers late': late,
};
