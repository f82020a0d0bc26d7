// What dead processes left in a folder of blobs, and the removal that leaves something if it is cut
// off.
import { link, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { files, found, known, makeOneFolder, syncFolder } from './disk.ts';
import { isSha256, MARKER, unavailable } from './refusals.ts';

/**
 * `leaving` holds `<tenant>.<SHA-256>.<id>` while the rows are asked whether the blob is needed.
 */
type Folders = { root: string; incoming: string; leaving: string; now(): Date };

/** The folder for blobs of no tenant, in the place of a tenant's folder. */
export const PROBE = 'probe';

export const blobPath = (folder: string, sha256: string) => join(folder, sha256.slice(0, 2), sha256);

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Makes the folders that are missing, deletes what uploads of dead processes left in them for a
 * day, and puts back what dead processes were about to remove. The root is not made, and nothing
 * stays in a root without a marker: its mount may have gone since it was seen, and an upload would
 * find its folder on the disk below it.
 */
export async function prepare({ root, incoming, leaving, now }: Folders): Promise<void> {
  for (const folder of [incoming, leaving]) {
    if (!(await makeOneFolder(folder)) || (await known(join(root, MARKER))) !== null) continue;
    await rmdir(folder).catch(() => {});
    throw unavailable(new Error(`${join(root, MARKER)} is missing`));
  }
  const yesterday = new Date(now().getTime() - DAY_MS);
  for (const folder of [incoming, join(root, PROBE)]) await clear(folder, yesterday);
  for await (const aside of files(leaving)) await putBack(aside, root);
}

/** Removes a file as `BlobStore.remove` promises, by way of `aside`. */
export async function removeFile(
  path: string,
  aside: string,
  moment: Date,
  isNeeded: () => Promise<boolean>,
  root: string,
): Promise<boolean> {
  const before = await known(path);
  if (before === null || before.mtime >= moment) return false;
  // Out of sight first: from here on, an upload of the same bytes makes a new file, and whoever
  // writes a row sees that the blob is missing.
  if (!(await found(rename(path, aside)))) return false;
  let stays = true;
  try {
    const { mtime } = (await known(aside)) ?? { mtime: moment };
    stays = mtime >= moment || (await isNeeded());
  } finally {
    if (stays) await putBack(aside, root);
    else await found(unlink(aside));
  }
  return !stays;
}

/**
 * Gives a blob that was to be removed its name back. Another process may do so at the same time.
 */
async function putBack(aside: string, root: string): Promise<void> {
  const [tenant = '', sha256 = ''] = basename(aside).split('.');
  if (tenant === PROBE) await found(unlink(aside));
  // No file of ours.
  if (!isSha256(tenant) || !isSha256(sha256)) return;
  const path = blobPath(join(root, tenant), sha256);
  try {
    await link(aside, path);
  } catch (error) {
    // A younger file of the same bytes may be there by now.
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!isThere && (await known(aside)) !== null) throw error;
  }
  await syncFolder(dirname(path));
  await found(unlink(aside));
}

async function clear(folder: string, before: Date): Promise<void> {
  for await (const path of files(folder)) {
    const { mtime } = (await known(path)) ?? { mtime: before };
    if (mtime < before) await found(unlink(path));
  }
}
