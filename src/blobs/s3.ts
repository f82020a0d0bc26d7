// Blobs as objects of a bucket that speaks the S3 API.
import { createHash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MaestroError } from '../domain/errors.ts';
import { full, isSha256, lost, MARKER, MAX_MARKER_BYTES, requireSha256, unavailable } from './refusals.ts';
import { codeOf, plain, type S3Objects, s3Objects, statusOf } from './s3-objects.ts';
import type { S3Place } from './s3-url.ts';
import type { BlobStore, BlobStores, Incoming, PlaceMarker } from './store.ts';

export type S3BlobsOptions = {
  place: S3Place;
  /**
   * Where bytes wait for their digest, which is known only after the last of them; the folder for
   * temporary files by default.
   */
  folder?: string;
  newId(): string;
  /** Longest time for an answer to a request without the bytes of a blob; 10 s by default. */
  answerMs?: number;
};

/** Sends no request yet. The AWS SDK finds the credentials where it usually looks for them. */
export function s3Blobs({ place, folder = tmpdir(), newId, answerMs = 10_000 }: S3BlobsOptions): BlobStores {
  const objects = s3Objects(place, answerMs);
  // A probe on a dead connection would delay the next one, and with it `/ready`, for minutes.
  const probing = s3Objects(place, answerMs, true);
  return {
    kind: place.kind,
    open: (tenant) => s3BlobStore(objects, `${place.prefix}${tenantFolder(tenant)}/`, folder, newId),
    probe: s3BlobStore(probing, `${place.prefix}probe/`, folder, newId),
    marker: s3Marker(objects, place),
    prepare: async () => {},
    free: async () => null,
    async close() {
      objects.close();
      probing.close();
    },
  };
}

function s3Marker(objects: S3Objects, { kind, bucket, prefix }: S3Place): PlaceMarker {
  const key = prefix + MARKER;
  return {
    where: `${kind}://${bucket}/${key}`,
    read: () => guarded(readStart(objects, key)),
    write: (text) =>
      guarded(
        (async () => {
          // Not every server supports conditional requests.
          if ((await objects.head(key)) === null) await objects.create(key, `${text}\n`);
        })(),
      ),
  };
}

async function readStart(objects: S3Objects, key: string): Promise<string | null> {
  const bytes = await objects.get(key);
  if (bytes === null) return null;
  let text = '';
  for await (const chunk of bytes) {
    text += chunk;
    if (text.length > MAX_MARKER_BYTES) break;
  }
  return text.slice(0, MAX_MARKER_BYTES).trim();
}

/** A tenant's name comes from outside, and may be longer than a key can be. */
const tenantFolder = (tenant: string) => createHash('sha256').update(JSON.stringify(tenant)).digest('hex');

/**
 * A bucket cannot rename, so `remove` asks `isNeeded` while the blob can still be found, and reads
 * its age once more before it deletes. An upload that keeps the same bytes, writes the row and
 * checks that the blob is there, all between that read and the deletion, loses them: that takes
 * milliseconds. A bucket with versions can undo it. Ages are by the clock of the bucket, and Amazon
 * counts an upload in parts from its beginning, so moments must be longer ago than an upload takes.
 */
function s3BlobStore(objects: S3Objects, prefix: string, folder: string, newId: () => string): BlobStore {
  const keyOf = (sha256: string) => prefix + requireSha256(sha256);
  const isOld = async (key: string, moment: Date) => {
    const known = await guarded(objects.head(key));
    return known !== null && known.keptAt < moment;
  };

  return {
    receive: () => incoming(objects, keyOf, join(folder, `maestro-${newId()}`)),
    size: async (sha256) => (await guarded(objects.head(keyOf(sha256))))?.size ?? null,
    async read(sha256, range) {
      const bytes = await guarded(objects.get(keyOf(sha256), range));
      if (bytes === null) throw lost(sha256);
      return bytes;
    },
    link: async (sha256, names) => guarded(objects.link(keyOf(sha256), names)),
    async *keptBefore(moment) {
      const listed = objects.list(prefix);
      for (;;) {
        const { done, value } = await guarded(listed.next());
        if (done === true) return;
        const name = value.key.slice(prefix.length);
        if (value.keptAt < moment && isSha256(name)) yield name;
      }
    },
    async remove(sha256, moment, isNeeded) {
      const key = keyOf(sha256);
      if (!(await isOld(key, moment)) || (await isNeeded()) || !(await isOld(key, moment))) return false;
      await guarded(objects.delete(key));
      return true;
    },
  };
}

async function incoming(objects: S3Objects, keyOf: (sha256: string) => string, path: string): Promise<Incoming> {
  const file = await guarded(open(path, 'wx+', 0o600));
  // Without a name it is gone with the process, however that ends.
  await guarded(unlink(path));
  let size = 0;
  return {
    async write(chunk) {
      await guarded(file.appendFile(chunk));
      size += chunk.length;
    },
    keep: async (sha256) => guarded(keep(objects, keyOf(sha256), file, size)),
    discard: () => guarded(file.close()),
  };
}

async function keep(objects: S3Objects, key: string, file: FileHandle, size: number): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // After it was written over, the object is as young and as right as the upload.
    const isNew = (await objects.head(key)) === null;
    if ((await objects.put(key, file, size, isNew)) && (await objects.head(key))?.size === size) return;
  }
  throw new Error(`after ${ATTEMPTS} uploads ${key} has not ${size} bytes`);
}

// Others may remove or upload the same bytes meanwhile.
const ATTEMPTS = 3;

// The codes of disks, S3 servers, their quotas, and those of Swift.
const NO_ROOM = [
  ...['ENOSPC', 'EDQUOT', 'EFBIG', 'EntityTooLarge', 'QuotaExceeded'],
  ...['XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded'],
];
const INSUFFICIENT_STORAGE = 507;

async function guarded<Result>(answer: Promise<Result>): Promise<Result> {
  return answer.catch((error) => {
    throw refusal(error);
  });
}

function refusal(error: unknown): MaestroError {
  const isFull = NO_ROOM.includes(codeOf(error)) || statusOf(error) === INSUFFICIENT_STORAGE;
  return isFull ? full(plain(error)) : unavailable(plain(error));
}
