import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, expect, it } from 'vitest';
import { fileMarker } from '../../src/blobs/file-marker.ts';

const outer = mkdtempSync(join(tmpdir(), 'maestro-marker-'));
afterAll(() => rmSync(outer, { recursive: true }));

const markerIn = (root: string) => fileMarker({ root, incoming: join(root, 'incoming'), newId: uuidv7 });

it('is written whole, once, by whoever comes first, and leaves nothing beside it', async () => {
  const root = join(outer, 'deep', 'blobs');
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
  expect(await markerIn(root).read()).toBeNull();
  expect(existsSync(root)).toBe(false);
  await Promise.all(texts.map((text) => markerIn(root).write(text)));
  const text = await markerIn(root).read();
  expect(texts).toContain(text);
  expect(readFileSync(markerIn(root).where, 'utf8')).toBe(`${text}\n`);
  expect(readdirSync(join(root, 'incoming'))).toEqual([]);
  await markerIn(root).write('later');
  expect(await markerIn(root).read()).toBe(text);
});

it('is unavailable, not missing, where the root is no folder', async () => {
  const root = join(outer, 'file');
  writeFileSync(root, '');
  await expect(markerIn(root).read()).rejects.toMatchObject({ code: 'content_store_unavailable' });
  await expect(markerIn(root).write('x')).rejects.toMatchObject({ code: 'content_store_unavailable' });
});
