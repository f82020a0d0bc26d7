// Refusals of large bodies, read by real clients, alone and through real proxies.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROXIES, proxyIsInstalled, type RunningProxy, startProxy } from '../proxies.ts';
import { CLIENTS } from './clients-that-send.ts';
import { FAULTS, startMaestro, stopAll } from './processes.ts';

/** Each combination 20 times by `make test-faults`; otherwise one size for each, in turn, and once. */
const IS_FULL = FAULTS >= 50;
const TIMES = IS_FULL ? 20 : 1;

const SIZES = [1_200_000, 8_000_000, 40_000_000];
const MIB = 1024 * 1024;
const BODIES = SIZES.map((size) => Buffer.alloc(size, 'x'));

type Kind = { method: 'POST' | 'PUT'; path: string; headers?: Record<string, string>; read: string };

const KINDS: Record<string, Kind> = {
  'too large a body': { method: 'POST', path: '/maestro/runs', read: '413 body_too_large' },
  'too large content': { method: 'PUT', path: '/maestro/artifacts/ID/content', read: '413 body_too_large' },
  'too large a file to inspect': { method: 'POST', path: '/maestro/evidence/inspect', read: '413 body_too_large' },
  'another media type': {
    method: 'POST',
    path: '/maestro/runs',
    headers: { 'content-type': 'text/plain' },
    read: '415 unsupported_media_type',
  },
  'an unknown path': { method: 'POST', path: '/maestro/nowhere', read: '404 route_not_found' },
  'an unknown artifact': { method: 'PUT', path: '/maestro/artifacts/none/content', read: '404 artifact_not_found' },
  'a digest that cannot be read': {
    method: 'PUT',
    path: '/maestro/artifacts/ID/content',
    headers: { 'repr-digest': 'sha-256=x' },
    read: '422 validation_failed',
  },
  'a method that the path does not take': { method: 'PUT', path: '/maestro/runs', read: '405 method_not_allowed' },
};

const folder = mkdtempSync(join(tmpdir(), 'maestro-refusals-'));
const fileOf = (size: number) => join(folder, String(size));

let port: number;
let artifact: string;

beforeAll(async () => {
  for (const body of BODIES) writeFileSync(fileOf(body.length), body);
  const { url } = await startMaestro('', { AUTH: 'none', CONTENT_LIMIT: String(MIB), EVIDENCE_LIMIT: String(MIB) });
  port = Number(new URL(url).port);
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/maestro/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as { id: string };
  };
  const { id: run_id } = await post('runs', { name: 'build', owner: 'team' });
  artifact = (await post('artifacts', { run_id, kind: 'other', path_or_uri: 'file' })).id;
});
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

const READERS = Object.entries(CLIENTS);

describe.each(['no proxy', ...PROXIES] as const)('through %s', (name) => {
  const isInstalled = name === 'no proxy' || proxyIsInstalled(name);
  let proxy: RunningProxy | null = null;
  beforeAll(async () => {
    if (name !== 'no proxy' && isInstalled) proxy = await startProxy(name, port);
  });
  afterAll(() => proxy?.stop());

  describe.each(READERS.map(([client, send], at) => ({ client, send, at })))('$client reads', ({ send, at }) => {
    it.skipIf(!isInstalled).each(Object.entries(KINDS).map(([what, kind], index) => ({ what, kind, index })))(
      'why $what is refused',
      async ({ kind, index }) => {
        const { method, path, headers = {}, read } = kind;
        const base = proxy?.url ?? `http://127.0.0.1:${port}`;
        const url = `${base}${path.replace('ID', artifact)}`;
        const turn = (index + at + ['no proxy', ...PROXIES].indexOf(name)) % SIZES.length;
        for (const body of IS_FULL ? BODIES : BODIES.slice(turn, turn + 1)) {
          const type = { 'content-type': 'application/json', ...headers };
          const answers = await send({ method, url, headers: type, body, file: fileOf(body.length) }, TIMES);
          expect(answers, `${body.length} bytes`).toEqual(Array(TIMES).fill(read));
        }
      },
      IS_FULL ? 600_000 : 60_000,
    );
  });
});
