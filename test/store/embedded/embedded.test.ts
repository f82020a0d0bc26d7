import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { createRun } from '../../../src/domain/run/run.ts';
import type { Stores } from '../../../src/start/stores.ts';
import { type EmbeddedOptions, embeddedStores } from '../../../src/store/embedded/embedded.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { WHOLE_CONTRACT } from '../contract/whole.ts';

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

/** Options for a store in a new folder of its own, `deep` folders down. */
function newFolder(deep = 0): EmbeddedOptions {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-embedded-'));
  temporary.push(outer);
  // What mkdtemp makes is closed to others, and PostgreSQL may have to run as another user.
  chmodSync(outer, 0o755);
  const folder = join(outer, ...Array.from({ length: deep }, () => 'a-folder-with-a-rather-long-name'), 'data');
  return {
    folder,
    connections: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 20_000,
    migrate: true,
    maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS,
    log: { warn: () => {} },
    giveUp: (error) => {
      throw error;
    },
  };
}

function addRun(stores: Stores): Promise<{ id: string }> {
  const stamp = { id: uuidv7(), at: new Date().toISOString(), request_id: 'request', actor: 'anonymous' };
  const { run, event } = createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp);
  return stores.of('default').runs.create(run, event);
}

const postmaster = ({ folder }: EmbeddedOptions) =>
  Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);

contract('embedded', () => embeddedStores(newFolder()), ...WHOLE_CONTRACT);

describe('the embedded PostgreSQL', () => {
  it('keeps what was written when it is stopped and started again, and leaves no process behind', async () => {
    const options = newFolder();
    const first = await embeddedStores(options);
    const { id } = await addRun(first);
    const pid = postmaster(options);
    await first.close();
    expect(() => process.kill(pid, 0)).toThrow();
    const second = await embeddedStores(options);
    expect((await second.of('default').runs.get(id)).id).toBe(id);
    expect([second.kind, second.durability]).toEqual(['embedded', 'durable']);
    await second.close();
  });

  it('is used by one Maestro at a time: another is refused and told by whom', async () => {
    const options = newFolder();
    const first = await embeddedStores(options);
    await expect(embeddedStores(options)).rejects.toThrow(
      `is in use by Maestro (process ${process.pid}) with PostgreSQL (process ${postmaster(options)}); stop that Maestro first`,
    );
    await first.ping();
    await first.close();
  });

  it('is started again when it is killed, and has kept what was acknowledged', async () => {
    const warnings: string[] = [];
    const options = { ...newFolder(), log: { warn: (message: string) => warnings.push(message) } };
    const stores = await embeddedStores(options);
    const { id } = await addRun(stores);
    const before = postmaster(options);
    process.kill(before, 'SIGKILL');
    // Its orphans may answer for a moment longer; a new one waits for them.
    await expect.poll(() => postmaster(options), { timeout: 30_000 }).not.toBe(before);
    await expect.poll(() => stores.ping().then(() => 'answers', String), { timeout: 30_000 }).toBe('answers');
    expect((await stores.of('default').runs.get(id)).id).toBe(id);
    expect(warnings).toContain('PostgreSQL has ended unexpectedly; starting it again');
    await stores.close();
  });

  it('is given up when it ends more than five times within a minute', async () => {
    const given: Error[] = [];
    const options = { ...newFolder(), giveUp: (error: Error) => given.push(error) };
    const stores = await embeddedStores(options);
    // Without it, PostgreSQL ends as soon as it is started.
    renameSync(join(options.folder, 'postgres', 'PG_VERSION'), join(options.folder, 'PG_VERSION'));
    process.kill(postmaster(options), 'SIGKILL');
    await expect.poll(() => given.length, { timeout: 50_000 }).toBe(1);
    expect(given[0]?.message).toMatch(/^PostgreSQL ended 6 times within a minute; .*postgres\.log tells why$/);
    await expect(stores.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
    await stores.close();
  });

  it('is not left behind by a stop that falls into its restart', async () => {
    const warnings: string[] = [];
    const options = { ...newFolder(), log: { warn: (message: string) => warnings.push(message) } };
    const stores = await embeddedStores(options);
    const before = postmaster(options);
    process.kill(before, 'SIGKILL');
    await expect.poll(() => postmaster(options), { timeout: 30_000, interval: 5 }).not.toBe(before);
    await stores.close();
    const log = readFileSync(join(options.folder, 'postgres.log'), 'utf8');
    expect(log.trim().split('\n').at(-1)).toContain('database system is shut down');
    expect(existsSync(join(options.folder, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('lies in a folder that only its user may enter, however deep', async () => {
    const options = newFolder(4);
    const stores = await embeddedStores(options);
    await addRun(stores);
    expect(statSync(join(options.folder, 'postgres')).mode & 0o777).toBe(0o700);
    expect(statSync(join(options.folder, 'password')).mode & 0o777).toBe(0o600);
    const socket = readFileSync(join(options.folder, 'socket.path'), 'utf8');
    temporary.push(socket);
    expect(statSync(socket).mode & 0o777).toBe(0o700);
    expect(existsSync(join(socket, '.s.PGSQL.5432'))).toBe(true);
    await stores.close();
  });
});
