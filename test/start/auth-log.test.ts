import { describe, expect, it } from 'vitest';
import { adminToken } from '../../src/auth/admin-token.ts';
import { readAuthFile } from '../../src/auth/auth-file.ts';
import type { Credentials } from '../../src/start/auth.ts';
import type { OpenAuthFile } from '../../src/start/auth-file.ts';
import { logAuth, reloadAuth } from '../../src/start/auth-log.ts';
import { readConfig } from '../../src/start/config.ts';
import { mapSignIns } from '../auth/sign-in-store.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const now = () => new Date('2026-01-31T12:00:00Z');

function openFile(changes: Partial<OpenAuthFile> = {}): OpenAuthFile {
  const file = readAuthFile('{"version": 1, "issuers": [], "grants": []}');
  return {
    current: () => file,
    reload: () => {},
    verify: () => expect.unreachable(),
    close: async () => {},
    ...changes,
  };
}

function logged() {
  const lines: string[] = [];
  const to = (level: string) => (line: string) => void lines.push(`${level}: ${line}`);
  return { lines, log: { info: to('info'), warn: to('warn'), error: to('error') } };
}

async function said(credentials: Partial<Credentials>, env: Record<string, string> = {}, signIns = mapSignIns().store) {
  const { lines, log } = logged();
  const all: Credentials = { mode: 'required', admin: null, file: null, ...credentials };
  await logAuth(readConfig(env), all, { signIns, now, log });
  return lines;
}

describe('the start says', () => {
  it('that everybody may call, as a warning where that was chosen', async () => {
    expect(await said({ mode: 'local' })).toEqual([expect.stringMatching(/^info: AUTH is not set: everybody .+$/)]);
    const env = { AUTH: 'none', HOST: '0.0.0.0', PORT: '80', AUTH_FILE: 'a.yaml' };
    expect(await said({ mode: 'none' }, env)).toEqual([
      expect.stringMatching(/^warn: AUTH=none: callers are not identified. Whoever reaches 0\.0\.0\.0:80 .+$/),
      'warn: AUTH_FILE has no effect, as AUTH is none',
    ]);
  });

  it('by what callers are known, and never a secret', async () => {
    const lines = await said(
      { admin: adminToken(SECRET, 'default'), file: openFile() },
      { ADMIN_TOKEN_FILE: 'secret' },
    );
    expect(lines).toEqual([
      'info: AUTH=required: callers need a credential',
      expect.stringMatching(/^info: ADMIN_TOKEN_FILE secret: .+$/),
      expect.stringMatching(/^info: AUTH_FILE .+ 0 grants$/),
    ]);
    expect(lines.join()).not.toContain(SECRET);
  });

  it('how to make the first token where there is none that could be used, and no file', async () => {
    const warning =
      'warn: Nobody can sign in yet: create the first token with "node dist/server.js token create --role admin"';
    expect(await said({})).toContain(warning);
    const tokens = mapSignIns();
    tokens.add({ revoked_at: now().toISOString() });
    tokens.add({ expires_at: now().toISOString() });
    expect(await said({}, {}, tokens.store)).toContain(warning);
    tokens.add();
    expect(await said({}, {}, tokens.store)).not.toContain(warning);
    expect(await said({ file: openFile() })).not.toContain(warning);
    const away = { ...tokens.store, hasUsableToken: () => Promise.reject(new Error('away')) };
    expect(await said({}, {}, away)).not.toContain(warning);
  });
});

describe('AUTH_FILE at SIGHUP', () => {
  it('is read again, and every credential is verified anew', () => {
    const { lines, log } = logged();
    const acts: string[] = [];
    const file = openFile({ reload: () => acts.push('reload') });
    reloadAuth(readConfig({ AUTH_FILE: 'a.yaml' }), { file }, () => acts.push('forget'), log);
    expect(acts).toEqual(['reload', 'forget']);
    expect(lines).toEqual([expect.stringMatching(/^info: AUTH_FILE a\.yaml was read again: .+$/)]);
  });

  it('changes nothing where it is bad or not set', () => {
    const { lines, log } = logged();
    const fail = () => {
      throw new Error('version must be 1');
    };
    reloadAuth(readConfig({ AUTH_FILE: 'a.yaml' }), { file: openFile({ reload: fail }) }, expect.unreachable, log);
    expect(lines).toEqual([
      'error: AUTH_FILE a.yaml was not read, and what it granted before stays: version must be 1',
    ]);
    reloadAuth(readConfig({}), { file: null }, expect.unreachable, log);
    expect(lines).toHaveLength(1);
  });
});
