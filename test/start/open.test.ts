import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stopping } from '../../src/http/stopping.ts';
import { readConfig } from '../../src/start/config.ts';
import type { Host } from '../../src/start/host.ts';
import { earlyLog } from '../../src/start/log.ts';
import { openMaestro } from '../../src/start/open.ts';
import { SERVER, start } from './server-process.ts';

describe('a start that fails', () => {
  it('leaves no PostgreSQL behind where it does not start for want of a content store', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'maestro-start-'));
    chmodSync(folder, 0o755);
    const data = join(folder, 'data');
    const { out, exited } = start({ DATABASE_URL: `embedded:${data}`, BLOB_URL: `file:${SERVER}` });
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(out.errors).toContain('it is a file, not a folder');
    expect(readFileSync(join(data, 'postgres.log'), 'utf8')).toContain('database system is shut down');
    expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

describe('what is opened', () => {
  const host = {
    ...{ argv: [], env: {}, versions: process.versions, stdout: { isTTY: false } },
    on: () => {},
  } as unknown as Host;

  it('answers before it listens, and closes what may be waited for last', async () => {
    const log = earlyLog(() => {});
    const running = { host, log, stop: stopping(1_000), readiness: () => 'ready' as const };
    const maestro = await openMaestro(readConfig({ LOG_LEVEL: 'silent' }), running);
    expect((await maestro.app.inject('/ready')).json()).toMatchObject({ store: 'memory', content: 'writable' });
    const said: string[] = [];
    await maestro.close((what) => said.push(what));
    expect(said).toEqual(['documents that are being read', 'the store to close']);
    await expect(maestro.readers.read(Buffer.from('{}'))).rejects.toMatchObject({ code: 'not_ready' });
  });
});
