import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuthFile } from '../../src/start/auth-file.ts';
import { CLAIMS, idToken, keySet, NOW, newSigningKey } from '../auth/id-tokens.ts';

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
