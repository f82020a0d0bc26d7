// Folders and databases for the tests of places for content.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll } from 'vitest';
import { fileBlobs } from '../../src/blobs/file.ts';
import { type PlaceSettings, placeCheck } from '../../src/blobs/place-check.ts';
import { MARKER } from '../../src/blobs/refusals.ts';
import type { Stores } from '../../src/start/stores.ts';
import { postgresStores } from '../product-stores.ts';
import { newDatabase } from '../store/database.ts';

const temporary: string[] = [];
const opened: Stores[] = [];
afterAll(async () => {
  for (const stores of opened) await stores.close();
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

export function newFolder(): string {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-place-'));
  temporary.push(outer);
  return join(outer, 'blobs');
}

export async function newStores(): Promise<Stores> {
  const stores = await postgresStores(await newDatabase());
  opened.push(stores);
  return stores;
}

export const blobsIn = (folder: string) => fileBlobs({ folder, newId: uuidv7, now: () => new Date() });
export const markerIn = (folder: string) => readFileSync(join(folder, MARKER), 'utf8');
export const isAway = { code: 'content_store_unavailable' };

/** The check of a process whose content is in `folder`, and the lines that it logs. */
export function checkOf(stores: Stores, folder: string, changes: Partial<PlaceSettings> = {}) {
  const lines: string[] = [];
  const log = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
  return { ...placeCheck({ blobs: blobsIn(folder), stores, newId: uuidv7, log, ...changes }), lines };
}
