// Blobs as files of one folder, on a file system that other processes may share.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, stat, statfs, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { files, found, guarded, isMissing, known, makeOneFolder, refusal, syncFolder, writeAll } from './disk.ts';
import { fileMarker } from './file-marker.ts';
import { blobPath, PROBE, prepare, removeFile } from './leftovers.ts';
import { isSha256, lost, requireSha256 } from './refusals.ts';
import type { BlobStore, BlobStores, Incoming } from './store.ts';

export type FileBlobsOptions = { folder: string; newId(): string; now(): Date };

/**
 * `<root>/<SHA-256 of the tenant's name>/<first two digits>/<SHA-256 of the blob>`, two folders for
 * files on their way in and out, one for blobs of no tenant, and the marker.
 */
type Place = FileBlobsOptions & { root: string; incoming: string; leaving: string; synced: Set<string> };

/** Changes nothing on disk yet: an empty folder may be a mount point without its mount. */
export function fileBlobs(options: FileBlobsOptions): BlobStores {
  const root = resolve(options.folder);
  const folders = { root, incoming: join(root, 'incoming'), leaving: join(root, 'leaving') };
  const place: Place = { ...options, ...folders, synced: new Set() };
  return {
    kind: 'file',
    open: (tenant) => fileBlobStore(place, tenantFolder(tenant)),
    probe: fileBlobStore(place, PROBE),
    marker: fileMarker(place),
    prepare: () => guarded(() => prepare(place)),
    free: () =>
      guarded(async () => {
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      }),
    close: async () => {},
  };
}

/**
 * Throws `ENOTDIR` if a file is in the place of a folder: no mount and no waiting mends that. A
 * folder that is missing may still appear.
 */
export async function refuseFile(folder: string): Promise<void> {
  const path = resolve(folder);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') throw error;
    return null;
  });
  if (found?.isDirectory() === false) throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR', path });
}

/**
 * A tenant's name comes from outside: it may be too long, no path, or differ from another only in
 * ways that a file system ignores.
 */
const tenantFolder = (tenant: string) => createHash('sha256').update(JSON.stringify(tenant)).digest('hex');

function fileBlobStore(place: Place, tenant: string): BlobStore {
  const folder = join(place.root, tenant);
  const pathOf = (sha256: string) => blobPath(folder, requireSha256(sha256));
  return {
    receive: () => guarded(() => receiveFile(place, pathOf)),
    size: (sha256) => guarded(async () => (await known(pathOf(sha256)))?.size ?? null),
    read: (sha256, range) =>
      guarded(async () => {
        const file = await open(pathOf(sha256)).catch((error) => {
          throw isMissing(error) ? lost(sha256) : error;
        });
        return createReadStream('', { fd: file, ...range, highWaterMark: READ_BYTES }) as Readable;
      }),
    link: async () => null,
    async *keptBefore(moment) {
      try {
        for await (const path of files(folder)) {
          const { mtime } = (await known(path)) ?? { mtime: moment };
          const name = basename(path);
          if (mtime < moment && isSha256(name)) yield name;
        }
      } catch (error) {
        throw refusal(error);
      }
    },
    remove: (sha256, moment, isNeeded) =>
      guarded(async () => {
        const aside = join(place.leaving, `${tenant}.${requireSha256(sha256)}.${place.newId()}`);
        return removeFile(pathOf(sha256), aside, moment, isNeeded, place.root);
      }),
  };
}

async function receiveFile(place: Place, pathOf: (sha256: string) => string): Promise<Incoming> {
  const path = join(place.incoming, place.newId());
  const file = await open(path, 'wx', 0o600);
  let synced: Promise<void> | null = null;
  return {
    write: (chunk) => guarded(() => writeAll(file, chunk)),
    keep: (sha256) =>
      guarded(async () => {
        const to = pathOf(sha256);
        const at = place.now();
        await file.utimes(at, at);
        // Only once: after a failure the system drops what it could not write, and a second call
        // would succeed.
        synced ??= file.sync();
        await synced;
        await keepFile(path, to, place.synced);
      }),
    discard: () =>
      guarded(async () => {
        try {
          await file.close();
        } finally {
          await found(unlink(path));
        }
      }),
  };
}

const READ_BYTES = 256 * 1024;

/**
 * Gives the file at `from` a second name, which may replace another file, and syncs the folders to
 * disk.
 */
async function keepFile(from: string, to: string, synced: Set<string>): Promise<void> {
  const folder = dirname(to);
  for (let attempt = 0; ; attempt += 1) {
    try {
      await link(from, to);
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && attempt < ATTEMPTS) {
        // The root is not made: it would take the place of a root that is gone.
        await makeOneFolder(dirname(folder));
        await makeOneFolder(folder);
      } else if (code !== 'EEXIST') throw error;
      else {
        await replace(from, to);
        break;
      }
    }
  }
  await syncFolder(folder);
  // The process that made them may have died before it synced them.
  if (!synced.has(folder)) {
    await syncFolder(dirname(folder));
    await syncFolder(dirname(dirname(folder)));
    synced.add(folder);
  }
}

const ATTEMPTS = 10;

/**
 * Puts the file at `from`, whose bytes are known to be right, in the place of one that nobody has
 * checked.
 */
async function replace(from: string, to: string): Promise<void> {
  const second = `${from}.kept`;
  await link(from, second);
  await rename(second, to);
  // Nothing is renamed if both are the same file already.
  await found(unlink(second));
}
