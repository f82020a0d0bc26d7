// Disk space that is reserved for when the disk is full: without any, PostgreSQL does not start,
// and nothing could be deleted.
import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

export const RESERVE_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * With less than this, PostgreSQL may not complete its start, which takes up to two segments of its
 * log of 16 MiB.
 */
const LEAST_BYTES = 48 * 1024 * 1024;

/**
 * Settings with which the reserve is enough for PostgreSQL: its log takes as little as possible.
 */
export const SPARING = ['max_wal_size=32MB', 'min_wal_size=32MB'] as const;

const fileOf = (folder: string) => join(folder, 'reserve');

export async function isFull(folder: string): Promise<boolean> {
  return (await freeBytes(folder)) < LEAST_BYTES;
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Creates the reserve if it is missing and as much again stays free. Stops early, leaving no file,
 * when aborted or out of space.
 */
export async function keepReserve(folder: string, signal: AbortSignal): Promise<void> {
  const path = fileOf(folder);
  const size = await stat(path).then(
    (known) => known.size,
    () => 0,
  );
  if (size === RESERVE_BYTES || (await freeBytes(folder)) < 2 * RESERVE_BYTES) return;
  const unfinished = `${path}.new`;
  try {
    await fill(unfinished, signal);
    await rename(unfinished, path);
  } catch {
    await rm(unfinished, { force: true }).catch(() => {});
  }
}

// Bytes that no file system can omit or compress.
async function fill(path: string, signal: AbortSignal): Promise<void> {
  const chunk = randomBytes(CHUNK_BYTES);
  const file = await open(path, 'w', 0o600);
  try {
    for (let at = 0; at < RESERVE_BYTES; at += CHUNK_BYTES) {
      signal.throwIfAborted();
      chunk.writeUInt32LE(at);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Deletes the reserve. False where there was none. */
export async function giveUpReserve(folder: string): Promise<boolean> {
  const kept = await stat(fileOf(folder)).then(
    () => true,
    () => false,
  );
  await rm(fileOf(folder), { force: true });
  return kept;
}
