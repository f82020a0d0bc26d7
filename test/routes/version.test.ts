import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { READER } from '../../src/domain/evidence/evidence.ts';
import { VERIFIER } from '../../src/domain/evidence/verifier.ts';
import { VERSION } from '../../src/routes/version.ts';
import { get, testApp, testDeps } from '../helper.ts';

it('the version is the one in package.json, and stands nowhere else', async () => {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(VERSION).toBe(JSON.parse(file).version);
  expect((await (await testApp()).inject('/openapi.json')).json().info.version).toBe(VERSION);
});

it('GET /version says which Maestro this is, and which readers and verifiers it has', async () => {
  const app = await testApp(testDeps({ nodeVersion: '24.11.1' }));
  expect(await get(app, '/version')).toEqual({
    service: 'maestro',
    version: VERSION,
    node: '24.11.1',
    reader: READER,
    verifier: VERIFIER,
  });
});
