import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  files,
  found,
  guarded,
  known,
  makeFolder,
  makeOneFolder,
  readStart,
  syncFolder,
  writeAll,
  writeDurably,
} from '../../src/blobs/disk.ts';
import { MaestroError } from '../../src/domain/errors.ts';
import { all } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'maestro-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a missing file is reported, and every other fault is thrown', async () => {
  writeFileSync(join(folder, 'file'), 'abc');
  expect([await known(join(folder, 'none')), (await known(join(folder, 'file')))?.size]).toEqual([null, 3]);
  expect([await found(unlink(join(folder, 'file'))), await found(unlink(join(folder, 'file')))]).toEqual([true, false]);
  writeFileSync(join(folder, 'file'), '');
  await expect(known(join(folder, 'file', 'within'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(found(unlink(folder))).rejects.toThrow();
  await expect(syncFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('files are found however deep, folders are not, and none where there is no folder', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await makeFolder(deep);
  await makeFolder(deep);
  expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
  const paths = Array.from({ length: 100 }, (_, index) => join(index % 2 === 0 ? deep : join(folder, 'a'), `${index}`));
  for (const path of paths) writeFileSync(path, '');
  expect(await all(files(join(folder, 'a')))).toEqual(paths.toSorted());
  expect(await all(files(join(folder, 'none')))).toEqual([]);
});

it('one folder is made where the one that it lies in is there, and by many at the same time', async () => {
  const path = join(folder, 'one');
  await Promise.all(Array.from({ length: 10 }, () => makeOneFolder(path)));
  expect(statSync(path).mode & 0o777).toBe(0o700);
  await expect(makeOneFolder(join(folder, 'none', 'one'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a short text is written once, and read without blanks and up to a number of bytes', async () => {
  const path = join(folder, 'text');
  expect(await readStart(path, 10)).toBeNull();
  await writeDurably(path, ' the text\n');
  await expect(writeDurably(path, 'other')).rejects.toMatchObject({ code: 'EEXIST' });
  expect([await readStart(path, 100), await readStart(path, 4)]).toEqual(['the text', 'the']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(readStart(folder, 10)).rejects.toMatchObject({ code: 'EISDIR' });
});

it('all of a chunk is written, after what was written before', async () => {
  const path = join(folder, 'written');
  const file = await open(path, 'wx');
  for (const text of ['ab', '', 'cde']) await writeAll(file, Buffer.from(text));
  await file.close();
  expect(readFileSync(path, 'utf8')).toBe('abcde');
});

it('what the system refuses is a refusal of the place, and what is none of its faults is thrown as it is', async () => {
  const system = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });
  const codeOf = (error: unknown) => guarded(() => Promise.reject(error)).catch(({ code }) => code);
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG']) expect(await codeOf(system(code))).toBe('content_store_full');
  for (const code of ['EIO', 'EACCES', 'ENOENT', 'EMFILE', 'EROFS', 'ESTALE']) {
    expect(await codeOf(system(code))).toBe('content_store_unavailable');
  }
  for (const error of [new MaestroError('content_lost', 'lost'), new TypeError('ours'), null, 'text']) {
    expect(await guarded(() => Promise.reject(error)).catch((thrown) => thrown)).toBe(error);
  }
  expect(await guarded(async () => 7)).toBe(7);
});
