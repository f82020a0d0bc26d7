// Blobs in memory, for the store that forgets: up to 256 MiB in all.
import { Readable } from 'node:stream';
import { MaestroError } from '../domain/errors.ts';
import { lost, requireSha256 } from './refusals.ts';
import type { BlobStore, BlobStores, Incoming } from './store.ts';

export type MemoryBlobsOptions = { maxBytes: number; now(): Date };

type Blob = { bytes: Buffer; keptAt: Date };

/** Counts the bytes of all blobs and uploads. */
type Room = { take(bytes: number): void; giveBack(bytes: number): void };

export function memoryBlobs({ maxBytes, now }: MemoryBlobsOptions): BlobStores {
  const tenants = new Map<string, BlobStore>();
  const room = roomFor(maxBytes);
  let text: string | null = null;
  return {
    kind: 'memory',
    probe: blobStore(room, now),
    marker: {
      where: 'memory',
      read: async () => text,
      async write(given) {
        text ??= given;
      },
    },
    prepare: async () => {},
    free: async () => null,
    open(tenant) {
      const store = tenants.get(tenant) ?? blobStore(room, now);
      tenants.set(tenant, store);
      return store;
    },
    close: async () => {},
  };
}

function roomFor(maxBytes: number): Room {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > maxBytes) {
        throw new MaestroError(
          'content_store_full',
          `There is no space left: memory holds at most ${maxBytes} bytes of content`,
        );
      }
      held += bytes;
    },
    giveBack(bytes) {
      held -= bytes;
    },
  };
}

function blobStore(room: Room, now: () => Date): BlobStore {
  const blobs = new Map<string, Blob>();
  return {
    receive: async () => incoming(blobs, room, now),
    size: async (sha256) => blobs.get(requireSha256(sha256))?.bytes.length ?? null,
    async read(sha256, range) {
      const blob = blobs.get(requireSha256(sha256));
      if (blob === undefined) throw lost(sha256);
      const bytes = range === undefined ? blob.bytes : blob.bytes.subarray(range.start, range.end + 1);
      return Readable.from(slices(bytes), { objectMode: false });
    },
    link: async () => null,
    async *keptBefore(moment) {
      // A copy: a blob that is put back during the iteration would come again and again.
      for (const [sha256, { keptAt }] of [...blobs]) if (keptAt < moment) yield sha256;
    },
    async remove(sha256, moment, isNeeded) {
      const blob = blobs.get(requireSha256(sha256));
      if (blob === undefined || blob.keptAt >= moment) return false;
      blobs.delete(sha256);
      let stays = true;
      try {
        stays = await isNeeded();
      } finally {
        if (stays && !blobs.has(sha256)) blobs.set(sha256, blob);
        else room.giveBack(blob.bytes.length);
      }
      return !stays;
    },
  };
}

function incoming(blobs: Map<string, Blob>, room: Room, now: () => Date): Incoming {
  let bytes: Buffer = Buffer.alloc(0);
  let came = 0;
  // The bytes that no blob has taken over yet.
  let own = 0;
  return {
    async write(chunk) {
      room.take(chunk.length);
      own += chunk.length;
      // One growing buffer: a list of many small chunks would take far more memory than is counted.
      if (came + chunk.length > bytes.length) bytes = grown(bytes, came + chunk.length);
      bytes.set(chunk, came);
      came += chunk.length;
    },
    async keep(sha256) {
      const known = blobs.get(requireSha256(sha256));
      if (known === undefined) {
        room.take(came - own);
        own = 0;
      }
      blobs.set(sha256, { bytes: known?.bytes ?? Buffer.from(bytes.subarray(0, came)), keptAt: now() });
    },
    async discard() {
      room.giveBack(own);
      bytes = Buffer.alloc(0);
      came = 0;
      own = 0;
    },
  };
}

function grown(bytes: Buffer, atLeast: number): Buffer {
  const larger = Buffer.alloc(Math.max(bytes.length * 2, atLeast));
  larger.set(bytes);
  return larger;
}

const SLICE_BYTES = 64 * 1024;

function* slices(bytes: Buffer): Iterable<Buffer> {
  // Copies, so that no reader can change a blob.
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield Buffer.from(bytes.subarray(at, at + SLICE_BYTES));
}
