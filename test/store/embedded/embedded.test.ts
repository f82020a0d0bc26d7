import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embeddedStores } from '../../product-stores.ts';
import { oldEventsContract } from '../contract/events.ts';
import { contract } from '../contract/kit.ts';
import { WHOLE_CONTRACT } from '../contract/whole.ts';
import { addRun, newFolder, postmaster, temporary } from './new-folder.ts';

contract(
  'embedded',
  () => embeddedStores({ ...newFolder(), connectTimeoutMs: 60_000 }),
  ...WHOLE_CONTRACT,
  oldEventsContract,
);

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
