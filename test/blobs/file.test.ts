import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { fileBlobs, refuseFile } from '../../src/blobs/file.ts';
import type { Incoming } from '../../src/blobs/store.ts';
import { all, blobStoreContract, bytesOf, HOSTILE_TENANTS, incomingWith, put, sha256Of } from './contract.ts';

const HOUR_MS = 60 * 60 * 1000;
const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-blobs-'));
  temporary.push(outer);
  return join(outer, 'deep', 'blobs');
}

const now = () => new Date();
const openAt = (folder: string, hoursLater = 0) => made(folder, () => new Date(Date.now() + hoursLater * HOUR_MS));

/** The place in that folder, marked and prepared. */
async function made(folder: string, clock = now) {
  const stores = fileBlobs({ folder, newId: uuidv7, now: clock });
  if ((await stores.marker.read()) === null) await stores.marker.write('the place');
  await stores.prepare();
  return stores;
}
const inAnHour = () => new Date(Date.now() + HOUR_MS);
const bytes = Buffer.from('the same bytes');
const sha256 = sha256Of(bytes);

blobStoreContract('file', (now) => made(newFolder(), now), {
  agesByNow: true,
  hidesFirst: true,
});

describe('the folder of blobs', () => {
  it('is for its user alone, with all that it holds, whatever the umask', async () => {
    const folder = newFolder();
    const umask = process.umask(0);
    let incoming: Incoming | null = null;
    try {
      const store = (await openAt(folder)).open('default');
      await put(store, bytes);
      incoming = await incomingWith(store, bytes);
    } finally {
      process.umask(umask);
    }
    const modes = readdirSync(folder, { recursive: true, withFileTypes: true }).map(
      (entry) => `${entry.isFile()} ${(statSync(join(entry.parentPath, entry.name)).mode & 0o777).toString(8)}`,
    );
    expect(new Set(modes)).toEqual(new Set(['false 700', 'true 600']));
    expect([folder, join(folder, '..')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
    await incoming?.discard();
  });

  it('replaces bytes that rotted or were cut on disk with those of an upload', async () => {
    const folder = newFolder();
    const store = (await openAt(folder)).open('default');
    await put(store, bytes);
    const [file] = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== 'maestro-place',
    );
    const path = join(file?.parentPath ?? '', file?.name ?? '');
    for (const damage of [Buffer.from('the sane bytes'), Buffer.from('the'), Buffer.alloc(0)]) {
      writeFileSync(path, damage);
      await put(store, bytes);
      expect((await bytesOf(store, sha256)).toString()).toBe(bytes.toString());
    }
    const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ name }) => name).sort()).toEqual([sha256, 'maestro-place']);
  });

  it('has no path that a tenant has named', async () => {
    const folder = newFolder();
    const stores = await openAt(folder);
    for (const tenant of HOSTILE_TENANTS) await put(stores.open(tenant), bytes);
    expect(readdirSync(join(folder, '..'))).toEqual(['blobs']);
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const ours = /^(?:incoming|leaving|maestro-place|[0-9a-f]{64}(?:\/[0-9a-f]{2}(?:\/[0-9a-f]{64})?)?)$/;
    expect(paths.filter((path) => !ours.test(path))).toEqual([]);
    expect(paths).toHaveLength(3 + 3 * HOSTILE_TENANTS.length);
  });

  it('is read by another process as by the one that wrote it', async () => {
    const folder = newFolder();
    const [one, other] = [await openAt(folder), await openAt(folder)];
    await put(one.open('default'), bytes);
    expect((await bytesOf(other.open('default'), sha256)).equals(bytes)).toBe(true);
  });

  it('holds files that are none of ours without taking them for blobs', async () => {
    const folder = newFolder();
    const store = (await openAt(folder)).open('default');
    await put(store, bytes);
    const [tenant = ''] = readdirSync(folder).filter((name) => name.length === 64);
    for (const place of ['leaving', 'incoming', tenant, join(tenant, sha256.slice(0, 2))]) {
      writeFileSync(join(folder, place, '.nfs0000000001'), '');
      writeFileSync(join(folder, place, `x${sha256}`), '');
    }
    mkdirSync(join(folder, 'lost+found'));
    expect(await all((await openAt(folder)).open('default').keptBefore(inAnHour()))).toEqual([sha256]);
  });

  it('that is gone or spoilt makes the place unavailable', async () => {
    const folder = newFolder();
    const store = (await openAt(folder)).open('default');
    await put(store, bytes);
    const [tenant = ''] = readdirSync(folder).filter((name) => name.length === 64);
    rmSync(folder, { recursive: true });
    const isUnavailable = { code: 'content_store_unavailable' };
    await expect(store.receive()).rejects.toMatchObject(isUnavailable);
    mkdirSync(folder);
    writeFileSync(join(folder, tenant), 'no folder');
    await expect(store.size(sha256)).rejects.toMatchObject(isUnavailable);
    await expect(store.read(sha256)).rejects.toMatchObject(isUnavailable);
    await expect(all(store.keptBefore(inAnHour()))).rejects.toMatchObject(isUnavailable);
    await expect(store.remove(sha256, inAnHour(), async () => false)).rejects.toMatchObject(isUnavailable);
  });

  it.runIf(existsSync('/proc/self/fd'))('leaves no file open that was read, left unread or discarded', async () => {
    const folder = newFolder();
    const store = (await openAt(folder)).open('default');
    const large = Buffer.alloc(2_000_000);
    await put(store, large);
    await bytesOf(store, sha256Of(large));
    for (const source of [await store.read(sha256Of(large)), await store.read(sha256Of(large), { start: 1, end: 2 })]) {
      source.destroy();
      await once(source, 'close');
    }
    for await (const _ of store.keptBefore(inAnHour())) break;
    const open = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(join('/proc/self/fd', fd));
      } catch {
        return '';
      }
    });
    expect(open.filter((path) => path.startsWith(folder))).toEqual([]);
  });
});

describe('what uploads of dead processes leave', () => {
  const leftovers = (folder: string) => readdirSync(join(folder, 'incoming')).length;

  it('is taken away after a day, when the folder is opened', async () => {
    const folder = newFolder();
    const store = (await openAt(folder)).open('default');
    const unkept = await incomingWith(store, bytes);
    const kept = await incomingWith(store, bytes);
    await kept.keep(sha256);
    await openAt(folder, 23);
    expect(leftovers(folder)).toBe(2);
    // Several processes may start at the same time.
    await Promise.all(Array.from({ length: 10 }, () => openAt(folder, 25)));
    expect(leftovers(folder)).toBe(0);
    expect((await bytesOf(store, sha256)).equals(bytes)).toBe(true);
    await Promise.all([kept.discard(), unkept.discard()]);
  });

  it('is no blob, though it was killed in the middle of an upload', async () => {
    const folder = newFolder();
    await killedIn(
      folder,
      `const incoming = await store.receive();
       await incoming.write(Buffer.from(${JSON.stringify(String(bytes))}));
       console.log('ready');`,
    );
    expect(leftovers(folder)).toBe(1);
    const store = (await openAt(folder)).open('default');
    expect([await store.size(sha256), await all(store.keptBefore(inAnHour()))]).toEqual([null, []]);
    await openAt(folder, 25);
    expect(leftovers(folder)).toBe(0);
  });

  it('is a whole blob, though it was killed before it let go of what it had kept', async () => {
    const folder = newFolder();
    await killedIn(
      folder,
      `const incoming = await store.receive();
       await incoming.write(Buffer.from(${JSON.stringify(String(bytes))}));
       await incoming.keep('${sha256}');
       console.log('ready');`,
    );
    const store = (await openAt(folder, 25)).open('default');
    expect((await bytesOf(store, sha256)).equals(bytes)).toBe(true);
    expect(leftovers(folder)).toBe(0);
  });

  it('is the blob again that it was about to remove, which may be needed', async () => {
    const folder = newFolder();
    await put((await openAt(folder)).open('default'), bytes);
    await killedIn(
      folder,
      `await store.remove('${sha256}', new Date(Date.now() + 1e6), async () => {
         console.log('ready');
         await new Promise(() => {});
       });`,
    );
    // Also where several open it at the same time, long after.
    const [stores] = await Promise.all(Array.from({ length: 10 }, () => openAt(folder, 48)));
    const store = stores?.open('default');
    expect(await store?.size(sha256)).toBe(bytes.length);
    expect(readdirSync(join(folder, 'leaving'))).toEqual([]);
  });

  it('is never what another process is about to remove, old as that may be', async () => {
    const folder = newFolder();
    const store = (await openAt(folder)).open('default');
    await put(store, bytes);
    for (const isNeeded of [true, false]) {
      await store.remove(sha256, inAnHour(), async () => {
        await openAt(folder, 48);
        return isNeeded;
      });
      if (isNeeded) expect(await store.size(sha256)).toBe(bytes.length);
    }
  });
});

describe('a place without room', () => {
  const mayMount = tryMount();

  it.runIf(mayMount)('says that it is full, and has the room again of what is discarded', async () => {
    const outer = mkdtempSync(join(tmpdir(), 'maestro-blobs-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', outer]);
    try {
      const store = (await made(join(outer, 'blobs'))).open('default');
      const incoming = await store.receive();
      await incoming.write(Buffer.alloc(100_000));
      await expect(incoming.write(Buffer.alloc(200_000))).rejects.toMatchObject({
        code: 'content_store_full',
        cause: { code: 'ENOSPC' },
      });
      await incoming.discard();
      expect(await store.size(await put(store, Buffer.alloc(200_000)))).toBe(200_000);
      expect(readdirSync(join(outer, 'blobs', 'incoming'))).toEqual([]);
    } finally {
      execFileSync('umount', [outer]);
      rmSync(outer, { recursive: true });
    }
  });

  it('says that it is full where the process may write no larger file', async () => {
    const script = `const incoming = await store.receive();
      const error = await incoming.write(Buffer.alloc(200_000)).catch((error) => error);
      await incoming.discard();
      console.log(error.code, error.cause.code);`;
    const limited = ['-c', 'ulimit -f 64 && exec "$@"', 'bash', process.execPath, ...childArgs(newFolder(), script)];
    expect(execFileSync('bash', limited, { encoding: 'utf8' })).toBe('content_store_full EFBIG\n');
  });
});

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Arguments for a Node that runs `script` with the `store` of the tenant `default`, as it was built for production. */
function childArgs(folder: string, script: string): string[] {
  const driver = new URL('../../dist/blobs/file.js', import.meta.url);
  const start = `import { fileBlobs, refuseFile } from '${driver}';
    const options = { folder: process.argv[1], newId: () => crypto.randomUUID(), now: () => new Date() };
    const stores = fileBlobs(options);
    if ((await stores.marker.read()) === null) await stores.marker.write('the place');
    await stores.prepare();
    const store = stores.open('default');`;
  return ['--input-type=module', '--eval', `${start}\n${script}`, folder];
}

/** Runs `script` in a process of its own, which is killed as soon as it says `ready`. */
async function killedIn(folder: string, script: string): Promise<void> {
  const args = childArgs(folder, `setInterval(() => {}, 1_000);\n${script}`);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(String(said)).toBe('ready\n');
}

it('a file in the place of the folder is refused at once; a folder that is missing may still come', async () => {
  const folder = newFolder();
  await refuseFile(folder);
  mkdirSync(folder, { recursive: true });
  await refuseFile(folder);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'deeper')])
    await expect(refuseFile(path)).rejects.toMatchObject({ code: 'ENOTDIR', path });
});
