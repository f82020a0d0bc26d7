import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type FolderLock, lockFolder } from '../../../src/store/embedded/folder-lock.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(...below: string[]): string {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-lock-'));
  folders.push(outer);
  const folder = join(outer, ...below);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const got = (lock: Awaited<ReturnType<typeof lockFolder>>): lock is FolderLock => 'release' in lock;

async function requireLock(folder: string, pid = 1): Promise<FolderLock> {
  const lock = await lockFolder(folder, pid);
  if (!got(lock)) throw new Error(`held by ${lock.holder}`);
  return lock;
}

describe.each([[[]], [['a-folder-with-a-rather-long-name', 'in-another-one-with-a-name-that-is-longer', 'and-so-on']]])(
  'the lock of a folder below %j',
  (below) => {
    it('is held by one at a time, and free again once it is released', async () => {
      const folder = newFolder(...below);
      const lock = await requireLock(folder, 11);
      expect(await lockFolder(folder, 12)).toEqual({ holder: 11 });
      await lock.release();
      expect(readdirSync(folder)).toEqual([]);
      await (await requireLock(folder, 12)).release();
    });

    it('is had by one of twenty that try at once', async () => {
      const folder = newFolder(...below);
      const all = await Promise.all(Array.from({ length: 20 }, (_, at) => lockFolder(folder, at + 1)));
      const holders = all.filter(got);
      expect(holders).toHaveLength(1);
      const holder = all.findIndex(got) + 1;
      // Others may have met one that tried and had to give way; asked again, all name the holder.
      expect(await lockFolder(folder, 99)).toEqual({ holder });
      await holders[0]?.release();
    });
  },
);

it('a lock whose holder was killed is free', async () => {
  const folder = newFolder();
  const code = `require('net').createServer().listen(${JSON.stringify(join(folder, 'lock.4711.00000000'))}, () => console.log(1))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  expect(await lockFolder(folder, 1)).toEqual({ holder: 4711 });
  // A process that is stopped has not ended.
  child.kill('SIGSTOP');
  expect(await lockFolder(folder, 1)).toEqual({ holder: 4711 });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await requireLock(folder);
  expect(readdirSync(folder)).toHaveLength(1);
  await lock.release();
});

it('a file of another name in the folder is nobody’s lock', async () => {
  const folder = newFolder();
  const other = createServer().listen(join(folder, 'lock.of.somebody'));
  await once(other, 'listening');
  await (await requireLock(folder)).release();
  expect(readdirSync(folder)).toEqual(['lock.of.somebody']);
  other.close();
});
