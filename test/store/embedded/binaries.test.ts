import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { closedFolder, exists, NOBODY, reachableBinaries } from '../../../src/store/embedded/binaries.ts';

it('the programs run, whoever they are for', async () => {
  const root = process.getuid?.() === 0;
  const { initdb, postgres } = await reachableBinaries(root ? NOBODY : undefined);
  for (const program of [initdb, postgres]) {
    expect(execFileSync(program, ['--version'], { ...(root ? NOBODY : {}), encoding: 'utf8' })).toContain('PostgreSQL');
  }
});

it('the outermost folder that others may not enter is found, the last one left out', async () => {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-closed-'));
  const inner = join(outer, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  expect(await closedFolder(join(inner, 'file'))).toBe(outer);
  chmodSync(outer, 0o755);
  expect(await closedFolder(join(inner, 'file'))).toBeNull();
  chmodSync(inner, 0o700);
  expect(await closedFolder(inner)).toBeNull();
  expect(await closedFolder(join(inner, 'file'))).toBe(inner);
  expect([await exists(inner), await exists(join(inner, 'file'))]).toEqual([true, false]);
  rmSync(outer, { recursive: true });
});
