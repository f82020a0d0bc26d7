import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lastLines, linesSince, messageOf, sizeOf } from '../../../src/store/embedded/server-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'maestro-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the log is read from a byte on, or its last 64 KiB', async () => {
  const path = join(folder, 'postgres.log');
  expect(await sizeOf(path)).toBe(0);
  writeFileSync(path, 'first\n');
  const size = await sizeOf(path);
  expect(size).toBe(6);
  appendFileSync(path, 'second\nthird\n');
  expect(await linesSince(path, size)).toEqual(['second', 'third', '']);
  appendFileSync(path, `${'x'.repeat(70_000)}\nlast\n`);
  const lines = await lastLines(path);
  expect(lines.slice(1)).toEqual(['last', '']);
  expect(lines[0]?.length).toBe(64 * 1024 - 'last\n'.length - 1);
});

it('a message is a line without its time and process', () => {
  expect(messageOf('2026-01-31 10:00:00.000 UTC [42] FATAL:  lock file "x" already exists')).toBe(
    'lock file "x" already exists',
  );
  expect(messageOf('no level')).toBe('no level');
});
