import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embeddedStores } from '../../product-stores.ts';
import { addRun, newFolder, postmaster } from './new-folder.ts';

describe('the embedded PostgreSQL', () => {
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
});
