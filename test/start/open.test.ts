import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SERVER, start } from './server-process.ts';

describe('a start that fails', () => {
  it('leaves no PostgreSQL behind where it does not start for want of a place for content', async () => {
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
