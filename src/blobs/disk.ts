// What the file driver needs of a file system, with its failures as our refusals.
import { type FileHandle, mkdir, open, opendir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../store/make-folders.ts';
import { full, unavailable } from './refusals.ts';

export async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, at);
    at += bytesWritten;
  }
}

/** Makes a folder and its missing parents, readable by this user alone, and syncs them to disk. */
export async function makeFolder(path: string): Promise<void> {
  const first = await makeFolders(path, 0o700);
  if (first === undefined) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
}

/** Makes a folder whose parent exists, and syncs it to disk. Returns whether it was missing. */
export async function makeOneFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
  await syncFolder(dirname(path));
  return true;
}

/** Writes a new file, readable by this user alone, and syncs it to disk. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeAll(file, Buffer.from(text));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The text at the start of a file, without surrounding white space; null if there is no file. */
export async function readStart(path: string, maxBytes: number): Promise<string | null> {
  const file = await open(path, 'r').catch((error) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The metadata of a file; null if there is none. */
export async function known(path: string) {
  return stat(path).catch((error) => {
    if (isMissing(error)) return null;
    throw error;
  });
}

/** Whether the operation found its file. */
export async function found(done: Promise<void>): Promise<boolean> {
  return done.then(
    () => true,
    (error) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

/** The paths of all files in a folder, at any depth, in no order; none if it is missing. */
export async function* files(folder: string): AsyncIterable<string> {
  const entries = await opendir(folder).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    // Not `recursive: true`, which in Node 20 leaves out files of a folder that has more than 32.
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile()) yield path;
  }
}

export const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** The error of a system call as a refusal of ours; every other error as it is. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return NO_ROOM.includes((error as NodeJS.ErrnoException).code ?? '') ? full(error) : unavailable(error);
}

/** Returns what the call returns, and throws the error of a system call as a refusal of ours. */
export async function guarded<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw refusal(error);
  }
}
