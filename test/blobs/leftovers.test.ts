import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { blobPath, PROBE, prepare } from '../../src/blobs/leftovers.ts';
import { MARKER } from '../../src/blobs/refusals.ts';

const outer = mkdtempSync(join(tmpdir(), 'maestro-leftovers-'));
afterAll(() => rmSync(outer, { recursive: true }));

const NOW = new Date('2026-01-03T00:00:00Z');
const sha256 = 'a'.repeat(64);

function foldersIn(root: string) {
  return { root, incoming: join(root, 'incoming'), leaving: join(root, 'leaving'), now: () => NOW };
}

it('what probes of dead processes have left goes after a day, and on its way out at once', async () => {
  const folders = foldersIn(join(outer, 'probes'));
  const blobs = ['a', 'b'].map((digit) => blobPath(join(folders.root, PROBE), digit.repeat(64)));
  for (const [at, path] of blobs.entries()) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'probe');
    const hours = at === 0 ? 25 : 23;
    const then = new Date(NOW.getTime() - hours * 60 * 60 * 1000);
    utimesSync(path, then, then);
  }
  mkdirSync(folders.leaving);
  writeFileSync(join(folders.root, MARKER), 'the place');
  writeFileSync(join(folders.leaving, `${PROBE}.${sha256}.id`), 'probe');
  await prepare(folders);
  expect(blobs.map((path) => existsSync(path))).toEqual([false, true]);
  expect(readdirSync(folders.leaving)).toEqual([]);
});

it('the root is never made, as it may be that something is not mounted', async () => {
  const folders = foldersIn(join(outer, 'missing'));
  await expect(prepare(folders)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(existsSync(folders.root)).toBe(false);
});

it('nothing stays in a root without a marker, where an upload would come to lie before something is mounted on it', async () => {
  const folders = foldersIn(join(outer, 'bare'));
  mkdirSync(folders.root);
  await expect(prepare(folders)).rejects.toMatchObject({ code: 'content_store_unavailable' });
  expect(readdirSync(folders.root)).toEqual([]);
});
