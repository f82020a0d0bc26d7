import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import { readPublicUrl } from '../../src/http/public-url.ts';
import { type Api, call, get, newArtifact, newRun, testApp, testDeps } from '../helper.ts';

const publicUrl = readPublicUrl('https://ci.example.com/governance');

/** Every kind of write that there is, each of which would be taken as it stands. */
async function writesOf(app: Api): Promise<InjectOptions[]> {
  const { id } = await newRun(app);
  const artifact = await newArtifact(app, id);
  return [
    { method: 'POST', url: '/maestro/runs', payload: { name: 'n', owner: 'o' } },
    { method: 'PATCH', url: `/maestro/runs/${id}`, payload: { status: 'running' } },
    { method: 'POST', url: '/maestro/artifacts', payload: { run_id: id, kind: 'sbom', path_or_uri: 'x' } },
    { method: 'POST', url: '/maestro/disclosure-packs', payload: { run_id: id, summary: 'x' } },
    { method: 'PUT', url: `/maestro/artifacts/${artifact.id}/content`, payload: Buffer.from('{"a":1}') },
    { method: 'POST', url: `/maestro/artifacts/${artifact.id}/evidence` },
    { method: 'POST', url: '/maestro/evidence/inspect', payload: Buffer.from('x') },
    { method: 'DELETE', url: '/maestro/runs' },
    { method: 'POST', url: '/nowhere' },
  ];
}

const FOREIGN = [
  { origin: 'https://evil.example' },
  { origin: 'http://localhost' },
  { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
  { origin: 'http://127.0.0.1:8001' },
  { origin: 'http://localhost:8001.evil.example' },
  { origin: 'http://localhost:8001@evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'file://' },
  { origin: 'chrome-extension://abcdef' },
  { origin: 'http://localhost:8001, http://evil.example' },
  { origin: 'http://localhost:8001/' },
  { origin: 'http://localhost:8001', 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
];

describe('a write that a browser sends for a page of another site', () => {
  it.each(FOREIGN)('is 403 whatever it is, and changes nothing: %j', async (headers) => {
    const app = await testApp();
    const writes = await writesOf(app);
    const before = await get(app, '/maestro/runs');
    for (const write of writes) {
      const sent = { ...write, headers: { host: 'localhost:8001', ...headers } };
      const { type } = (await call(app, 403, sent)).json();
      expect(type, String(write.url)).toBe('urn:maestro:problem:cross_site_request');
    }
    expect(await get(app, '/maestro/runs')).toEqual(before);
  });

  it('says where it came from, and which setting says where ours are', async () => {
    const headers = { origin: 'https://evil.example' };
    const { detail } = (await call(await testApp(), 403, { method: 'POST', url: '/maestro/runs', headers })).json();
    expect(detail).toContain("'https://evil.example'");
    expect(detail).toContain('PUBLIC_URL');
  });
});

describe('a write from a page of ours, or from no page', () => {
  it.each([
    ['localhost:8001', {}],
    ['localhost:8001', { origin: 'http://localhost:8001', 'sec-fetch-site': 'same-origin' }],
    ['127.0.0.1:8001', { origin: 'http://127.0.0.1:8001', 'sec-fetch-site': 'same-origin' }],
    ['[::1]:8001', { origin: 'http://[::1]:8001', 'sec-fetch-site': 'same-origin' }],
    ['LOCALHOST:8001', { origin: 'http://localhost:8001' }],
    ['localhost:8001', { 'sec-fetch-site': 'none' }],
    ['localhost:8001', { 'sec-fetch-site': 'same-origin' }],
    ['localhost:8001', { 'sec-fetch-mode': 'cors' }],
    // A proxy in front has taken TLS off, or names the port that a browser leaves out.
    ['ci.example.com', { origin: 'https://ci.example.com', 'sec-fetch-site': 'same-origin' }],
    ['ci.example.com:443', { origin: 'https://ci.example.com' }],
    ['ci.example.com:80', { origin: 'http://ci.example.com' }],
  ])('to %s is taken: %j', async (host, headers) => {
    const app = await testApp();
    const payload = { name: 'n', owner: 'o' };
    await call(app, 201, { method: 'POST', url: '/maestro/runs', payload, headers: { host, ...headers } });
  });

  it('is taken behind a proxy that changes Host where PUBLIC_URL says where the page is, and only there', async () => {
    const send = async (app: Api, status: number, origin: string) =>
      call(app, status, {
        method: 'POST',
        url: '/maestro/runs',
        payload: { name: 'n', owner: 'o' },
        headers: { host: '127.0.0.1:8001', origin, 'sec-fetch-site': 'same-origin' },
      });
    await send(await testApp(), 403, 'https://ci.example.com');
    const app = await testApp(testDeps({ publicUrl }));
    await send(app, 201, 'https://ci.example.com');
    await send(app, 201, 'http://127.0.0.1:8001');
    for (const origin of ['http://ci.example.com', 'https://ci.example.com:8443', 'https://example.com', 'null'])
      await send(app, 403, origin);
  });
});

it('reads are answered whoever asks: a page cannot see the answer', async () => {
  const app = await testApp();
  for (const headers of FOREIGN) {
    for (const method of ['GET', 'HEAD'] as const) {
      const response = await call(app, 200, { method, url: '/maestro/runs', headers });
      expect(response.headers['access-control-allow-origin']).toBeUndefined();
    }
  }
});
