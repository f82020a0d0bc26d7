import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NOBODY, reachableBinaries } from '../../../src/store/embedded/binaries.ts';
import { makeFolder, prepare } from '../../../src/store/embedded/folder.ts';

const owner = process.getuid?.() === 0 ? NOBODY : undefined;
const binaries = await reachableBinaries(owner);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function newFolder(): Promise<string> {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-folder-'));
  folders.push(outer);
  chmodSync(outer, 0o755);
  const folder = join(outer, 'data');
  await makeFolder(folder, owner);
  return folder;
}

const made = (folder: string) => prepare(folder, owner, binaries);

describe('the folder of the embedded PostgreSQL', () => {
  it('may be made by two at once', async () => {
    const outer = mkdtempSync(join(tmpdir(), 'maestro-folder-'));
    folders.push(outer);
    chmodSync(outer, 0o755);
    await Promise.all([1, 2, 3].map(() => makeFolder(join(outer, 'a', 'b'), owner)));
    expect(existsSync(join(outer, 'a', 'b'))).toBe(true);
  });

  it('gets a cluster once, and loses what starts that were killed have left unfinished', async () => {
    const folder = await newFolder();
    for (const name of ['postgres.new', 'postgres.new.0123abcd']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'PG_VERSION'), '18\n');
    }
    mkdirSync(join(folder, 'postgres'));
    const { data, url } = await made(folder);
    expect(readdirSync(folder).sort()).toEqual(['password', 'postgres', 'socket']);
    const control = join(data, 'global', 'pg_control');
    const before = readFileSync(control);
    expect((await made(folder)).url).toBe(url);
    expect(readFileSync(control).equals(before)).toBe(true);
  });

  it('keeps what lies where a cluster should, and says what to do', async () => {
    const folder = await newFolder();
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'base'), 'somebody’s only copy');
    await expect(made(folder)).rejects.toThrow(
      `${join(folder, 'postgres')} is no whole database, as it has no PG_VERSION: restore it from a backup, or move it away`,
    );
    expect(readFileSync(join(folder, 'postgres', 'base'), 'utf8')).toBe('somebody’s only copy');
  });

  it('is refused without its password, which is never made anew for a cluster that is there', async () => {
    const folder = await newFolder();
    await made(folder);
    for (const spoil of [() => writeFileSync(join(folder, 'password'), ''), () => rmSync(join(folder, 'password'))]) {
      spoil();
      await expect(made(folder)).rejects.toThrow(`${join(folder, 'password')} is missing or empty: restore it`);
    }
  });

  it('is left without a cluster, but with a reason in one line, where there is none to be made', async () => {
    const folder = await newFolder();
    const broken = join(folder, 'initdb');
    writeFileSync(broken, '#!/bin/sh\necho "could not write: No space left on device" >&2\nexit 1\n');
    chmodSync(broken, 0o755);
    await expect(prepare(folder, owner, { ...binaries, initdb: broken })).rejects.toThrow(
      `PostgreSQL could not make its database in ${folder}: could not write: No space left on device`,
    );
    expect(readdirSync(folder).sort()).toEqual(['initdb', 'password']);
  });
});
