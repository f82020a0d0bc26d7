import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuthFile } from '../../src/start/auth-file.ts';
import { CLAIMS, idToken, keySet, NOW, newSigningKey } from '../auth/id-tokens.ts';
import { start } from './server-process.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'maestro-auth-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));
const PATH = join(FOLDER, 'auth.json');

function write(issuer: object, grants: object[] = [GRANT]): void {
  const issuers = [{ name: 'ci', audience: CLAIMS.aud, ...issuer }];
  writeFileSync(PATH, JSON.stringify({ version: 1, issuers, grants }));
}

const GRANT = { name: 'look', issuer: 'ci', claims: { sub: CLAIMS.sub }, tenant: 'default', roles: ['reader'] };

/** Serves the discovery document of an issuer on loopback, and its keys or whatever else is at its paths. */
async function issuerOnLoopback(paths: Record<string, unknown> = {}) {
  const key = newSigningKey('key-1');
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const found = { ...documents(), ...paths }[url];
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const documents = (): Record<string, unknown> => ({
    '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
    '/keys': keySet(key),
  });
  return { issuer, key, asked, close: () => new Promise((resolve) => server.close(resolve)) };
}

describe('AUTH_FILE', () => {
  it('grants by the keys that an issuer on loopback publishes, which are fetched once', async () => {
    const { issuer, key, asked, close } = await issuerOnLoopback();
    write({ issuer });
    const file = openAuthFile(PATH, () => NOW);
    for (let count = 0; count < 3; count += 1)
      expect((await file.verify(idToken(key, { iss: issuer }))).principal.roles).toEqual(['reader']);
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
    await file.close();
    await close();
  });

  it('does not take a name that begins like this machine for this machine', async () => {
    const { issuer, key, asked, close } = await issuerOnLoopback();
    // Mapped, so that it is no name of this machine, and its keys are here all the same.
    const named = `https://[::ffff:127.0.0.1]:${new URL(issuer).port}`;
    const issuers = ['https://localhost.example.com', named].map((one, at) => ({
      ...{ name: at === 1 ? 'ci' : 'elsewhere', audience: CLAIMS.aud, issuer: one },
    }));
    writeFileSync(PATH, JSON.stringify({ version: 1, issuers, grants: [GRANT] }));
    const file = openAuthFile(PATH, () => NOW);
    await expect(file.verify(idToken(key, { iss: named }))).rejects.toMatchObject({
      code: 'issuer_unavailable',
      cause: { message: expect.stringContaining('is an address that requests may not go to') },
    });
    expect(asked).toEqual([]);
    await file.close();
    await close();
  });

  it('never fetches keys from this machine for an issuer elsewhere', async () => {
    const { issuer, key, asked, close } = await issuerOnLoopback();
    const named = `https://localhost.example.com:${new URL(issuer).port}`;
    write({ issuer: named });
    const file = openAuthFile(PATH, () => NOW);
    await expect(file.verify(idToken(key, { iss: named }))).rejects.toMatchObject({ code: 'issuer_unavailable' });
    expect(asked).toEqual([]);
    await file.close();
    await close();
  });

  it('is read again on request, and stays as it was where it cannot be', async () => {
    const key = newSigningKey('key-1');
    write({ issuer: CLAIMS.iss, jwks: keySet(key) });
    const file = openAuthFile(PATH, () => NOW);
    await file.verify(idToken(key));
    writeFileSync(PATH, '{"version": 1, "issuers": [');
    expect(() => file.reload()).toThrow(/^[^\n]+$/);
    await file.verify(idToken(key));
    rmSync(PATH);
    expect(() => file.reload()).toThrow(/^cannot be read: no such file or folder$/);
    await file.verify(idToken(key));
    write({ issuer: CLAIMS.iss, jwks: keySet(key) }, []);
    file.reload();
    await expect(file.verify(idToken(key))).rejects.toMatchObject({ code: 'no_grant' });
    await file.close();
  });

  it('that cannot be used is opened by nobody', () => {
    for (const text of ['', 'version: 1', '{}', '{"version": 1, "issuers": [], "grants": [], "more": 1}']) {
      writeFileSync(PATH, text);
      expect(() => openAuthFile(PATH, () => NOW), text).toThrow(/^[^\n]+$/);
    }
  });
});

describe('the server process', () => {
  const seconds = () => Math.floor(Date.now() / 1_000);
  const fresh = () => ({ iat: seconds(), nbf: seconds(), exp: seconds() + 300 });

  it('grants by AUTH_FILE, fetches keys, and reads the file again at SIGHUP', async () => {
    const { issuer, key, asked, close } = await issuerOnLoopback();
    write({ issuer });
    const { child, out, exited, ready } = start({ AUTH: 'required', AUTH_FILE: PATH });
    const url = await ready();
    expect(out.text).toContain(
      `AUTH_FILE ${PATH}: ID tokens of 1 issuer: ci (${issuer}) are accepted by 1 grant: look`,
    );
    const token = idToken(key, { iss: issuer, ...fresh() });
    const status = async () =>
      (await fetch(`${url}/maestro/runs`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await status(), await status()]).toEqual([200, 200]);
    expect(asked).toHaveLength(2);
    writeFileSync(PATH, '{');
    child.kill('SIGHUP');
    await expect.poll(() => out.text, { timeout: 30_000 }).toContain('what it granted before stays: ');
    expect(await status()).toBe(200);
    write({ issuer }, []);
    child.kill('SIGHUP');
    await expect.poll(() => out.text, { timeout: 30_000 }).toContain(`AUTH_FILE ${PATH} was read again: `);
    expect(await status()).toBe(403);
    expect(out.text).not.toContain('SIGHUP is ignored');
    expect(out.text + out.errors).not.toContain(token.split('.')[2]);
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
    await close();
  });

  it('accepts the secret of ADMIN_TOKEN_FILE, and ignores SIGHUP where no file can be read again', async () => {
    const secret = '0123456789abcdef0123456789abcdef';
    const file = join(FOLDER, 'secret');
    writeFileSync(file, secret, { mode: 0o600 });
    const { child, out, ready } = start({ AUTH: 'required', HOST: '0.0.0.0', ADMIN_TOKEN_FILE: file });
    const url = (await ready()).replace('0.0.0.0', '127.0.0.1');
    const status = async (token: string) =>
      (await fetch(`${url}/maestro/runs`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await status(secret), await status(`${secret}0`)]).toEqual([200, 401]);
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({ status: 'ready', service: 'maestro' });
    child.kill('SIGHUP');
    await expect.poll(() => out.text, { timeout: 30_000 }).toContain('SIGHUP is ignored, as neither TRUST_FILE nor');
    expect(out.text + out.errors).not.toContain(secret);
  });

  it('does not start where AUTH_FILE cannot be used, and says why in one line', async () => {
    writeFileSync(PATH, '{"version": 1, "issuers": [], "grants": [], "surprise": 1}');
    const { out, exited } = start({ AUTH: 'required', AUTH_FILE: PATH });
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(/^maestro: Bad configuration: AUTH_FILE \S+: .*surprise.*\n$/);
    const unused = start({ AUTH_FILE: PATH });
    expect((await unused.exited).code).toBe(1);
    expect(unused.out.errors).toMatch(/^maestro: AUTH_FILE is set and AUTH is not: .+\n$/);
  });
});
