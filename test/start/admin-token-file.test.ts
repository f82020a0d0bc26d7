import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAdminToken } from '../../src/start/admin-token-file.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'maestro-admin-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const SECRET = '0123456789abcdef0123456789abcdef';

let count = 0;

function fileWith(content: string, mode = 0o600): string {
  count += 1;
  const path = join(FOLDER, `secret-${count}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function refusal(path: string): string {
  try {
    readAdminToken(path);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

describe('ADMIN_TOKEN_FILE', () => {
  it.each([0o600, 0o400])('is read where only its owner can read it: mode %o', (mode) => {
    const { matches, principal } = readAdminToken(fileWith(`${SECRET}\n`, mode));
    expect(matches(SECRET)).toBe(true);
    expect(principal.tenant).toBe('default');
  });

  it('may be a link to such a file, as secrets of Kubernetes are', () => {
    const link = join(FOLDER, 'link');
    symlinkSync(fileWith(SECRET), link);
    expect(readAdminToken(link).matches(SECRET)).toBe(true);
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o666, 0o620, 0o602, 0o610, 0o601, 0o777])(
    'is refused where others can do something with it: mode %o',
    (mode) => {
      const message = refusal(fileWith(SECRET, mode));
      expect(message).toMatch(/^Bad configuration: ADMIN_TOKEN_FILE \S+: must be a file of its owner alone .+$/);
      expect(message).toContain(`0${mode.toString(8)}`);
      expect(message).not.toContain(SECRET);
    },
  );

  it('is refused where it is missing, a folder or a pipe, without waiting', () => {
    expect(refusal(join(FOLDER, 'none'))).toMatch(/ADMIN_TOKEN_FILE \S+: cannot be read: no such file or folder$/);
    const folder = join(FOLDER, 'folder');
    mkdirSync(folder, { mode: 0o700 });
    expect(refusal(folder)).toMatch(/must be a regular file$/);
    const pipe = join(FOLDER, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    expect(refusal(pipe)).toMatch(/must be a regular file$/);
  });

  it('is refused where it holds no secret, or far too much, in one line that shows nothing of it', () => {
    for (const content of ['', 'short', `${SECRET} ${SECRET}`, SECRET.repeat(400)]) {
      const message = refusal(fileWith(content));
      expect(message).toMatch(/^Bad configuration: ADMIN_TOKEN_FILE \S+: must .+$/);
      expect(message).not.toContain('0123456789');
      expect(message).not.toContain('short');
    }
  });
});
