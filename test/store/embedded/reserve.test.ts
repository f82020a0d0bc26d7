import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { freeBytes, giveUpReserve, isFull, keepReserve, RESERVE_BYTES } from '../../../src/store/embedded/reserve.ts';

const folder = mkdtempSync(join(tmpdir(), 'maestro-reserve-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'reserve');
const unstopped = new AbortController().signal;
const { bavail, bsize } = statfsSync(folder);
const hasRoom = bavail * bsize > 4 * RESERVE_BYTES;

it('the room left on a disk is told as the system tells it', async () => {
  expect(Math.abs((await freeBytes(folder)) - bavail * bsize)).toBeLessThan(bavail * bsize);
  if (hasRoom) expect(await isFull(folder)).toBe(false);
});

it.runIf(hasRoom)('room is kept back once, takes its place on the disk, and is given up once', async () => {
  await keepReserve(folder, unstopped);
  const { size, blocks, ino } = statSync(path);
  expect(size).toBe(RESERVE_BYTES);
  expect(blocks * 512).toBeGreaterThanOrEqual(RESERVE_BYTES);
  await keepReserve(folder, unstopped);
  expect(statSync(path).ino).toBe(ino);
  expect([await giveUpReserve(folder), await giveUpReserve(folder)]).toEqual([true, false]);
  expect(existsSync(path)).toBe(false);
});

it('room that is being set aside when the process stops leaves nothing behind', async () => {
  const stopped = new AbortController();
  stopped.abort();
  await keepReserve(folder, stopped.signal);
  expect([existsSync(path), existsSync(`${path}.new`)]).toEqual([false, false]);
});

it.runIf(hasRoom)('room that was set aside only in part is set aside anew', async () => {
  writeFileSync(path, 'part');
  await keepReserve(folder, unstopped);
  expect(statSync(path).size).toBe(RESERVE_BYTES);
  await giveUpReserve(folder);
});
