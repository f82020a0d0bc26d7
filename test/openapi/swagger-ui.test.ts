import { describe, expect, it } from 'vitest';
import { testApp } from '../helper.ts';

describe('the documentation', () => {
  it('is served at /docs with a policy that lets no foreign script in', async () => {
    const app = await testApp();
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers['x-frame-options']).toBe('SAMEORIGIN');
    const document = (await app.inject('/openapi.json')).json();
    const { servers, ...rest } = (await app.inject('/docs/json')).json();
    expect({ ...rest, servers: document.servers }).toEqual(document);
    expect(servers).toMatchObject([{ url: '..' }]);
    expect((await app.inject('/docs/yaml')).body).toContain('openapi: 3.1.0');
  });
});

describe('a file of the documentation that there is not', () => {
  it('is 404 by whatever path or precondition it is asked for', async () => {
    const app = await testApp();
    for (const path of ['%00', '/etc/passwd', '%2e%2e/%2e%2e/package.json', '%5c..%5c', 'x'.repeat(5_000)]) {
      const response = await app.inject(`/docs/static/${path}`);
      expect([400, 404], path).toContain(response.statusCode);
      expect(response.headers['content-type'], path).toContain('application/problem+json');
    }
    for (const headers of [
      { range: 'bytes=99999999-' },
      { 'if-match': '"x"' },
      { 'if-unmodified-since': 'Mon, 01 Jan 1990 00:00:00 GMT' },
    ]) {
      const { statusCode } = await app.inject({ url: '/docs/static/swagger-ui.css', headers });
      expect(statusCode, JSON.stringify(headers)).toBeLessThan(500);
    }
  });
});

it('the documentation shows no bar with the logo of another project', async () => {
  const app = await testApp();
  expect((await app.inject('/docs/')).body).toContain('./static/theme/no-bar.css');
  expect((await app.inject('/docs/static/theme/no-bar.css')).body).toContain('.topbar { display: none }');
  await app.close();
});
