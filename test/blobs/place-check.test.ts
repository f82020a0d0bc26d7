import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MARKER } from '../../src/blobs/refusals.ts';
import type { Stores } from '../../src/start/stores.ts';
import { put } from './contract.ts';
import { nameContent } from './named.ts';
import { blobsIn, checkOf, isAway, markerIn, newFolder, newStores } from './places.ts';

describe('the check of a place', () => {
  let stores: Stores;
  let folder: string;
  const bytes = Buffer.from('the bytes of an artifact');
  beforeAll(async () => {
    [stores, folder] = [await newStores(), newFolder()];
    await checkOf(stores, folder).require();
    await nameContent(stores, await put(blobsIn(folder).open('default'), bytes), bytes.length);
  });

  it('waits for its folder while that is missing or empty, makes nothing in its stead, and says so', async () => {
    const { require, lines, onReturn } = checkOf(stores, folder);
    let returns = 0;
    onReturn(() => {
      returns += 1;
    });
    await require();
    const away = `${folder}.away`;
    renameSync(folder, away);
    await expect(require()).rejects.toMatchObject(isAway);
    expect(existsSync(folder)).toBe(false);
    mkdirSync(folder);
    await expect(require()).rejects.toMatchObject(isAway);
    await expect(checkOf(stores, folder).require()).rejects.toMatchObject(isAway);
    expect(existsSync(join(folder, MARKER))).toBe(false);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`The content store is unavailable: ${join(folder, MARKER)} is missing.`);
    expect(returns).toBe(0);
    rmSync(folder, { recursive: true });
    renameSync(away, folder);
    await require();
    await require();
    expect([lines.at(-1), lines.length, returns]).toEqual(['The content store is available again', 3, 1]);
  });

  it('believes a recent look, and looks again if that is too long ago or the place was away', async () => {
    const { require } = checkOf(stores, folder);
    await require();
    const text = markerIn(folder);
    writeFileSync(join(folder, MARKER), 'other');
    await require(600_000);
    await expect(require(0)).rejects.toMatchObject(isAway);
    await expect(require(600_000)).rejects.toMatchObject(isAway);
    writeFileSync(join(folder, MARKER), text);
    await require(600_000);
  });

  it('looks after each call, not before it, though others look at the same time', async () => {
    const { require } = checkOf(stores, folder);
    const text = markerIn(folder);
    const first = require();
    writeFileSync(join(folder, MARKER), 'other');
    const second = require();
    await Promise.allSettled([first]);
    await expect(second).rejects.toMatchObject(isAway);
    writeFileSync(join(folder, MARKER), text);
  });

  it('finds a place away that does not answer', async () => {
    const blobs = blobsIn(folder);
    const marker = { ...blobs.marker, read: () => new Promise<never>(() => {}) };
    const { require, lines } = checkOf(stores, folder, { blobs: { ...blobs, marker }, limitMs: 20 });
    await expect(Promise.all([require(), require()])).rejects.toMatchObject(isAway);
    await expect(require()).rejects.toMatchObject(isAway);
    expect(lines[0]).toContain('was not read within 20 ms');
  });
});
