import { describe, expect, it } from 'vitest';
import { cameThroughProxy } from '../../src/http/forwarded.ts';

const LOCAL = { host: 'localhost:8001' };
const came = (headers: Record<string, string>, url = '/maestro/runs', originalUrl = url) =>
  cameThroughProxy({ raw: { url, headers, originalUrl } as never });

describe('a request came through a proxy', () => {
  it.each([
    ...['via', 'forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-anything'].map(
      (name) => [name, { ...LOCAL, [name]: '' }] as const,
    ),
    ...['ci.example.com', 'localhost.example.com', '192.0.2.1', '', 'localhost:x', '0.0.0.0'].map(
      (host) => [`host ${host}`, { host }] as const,
    ),
  ])('where it has %s', (_what, headers) => {
    expect(came(headers)).toBe(true);
  });

  it('where its target names another host, whatever its Host says', () => {
    for (const target of [
      'http://ci.example.com/maestro/runs',
      'HTTPS://ci.example.com',
      'http://localhost@ci.example.com/',
    ]) {
      expect(came(LOCAL, '/maestro/runs', target)).toBe(true);
      expect(came({}, '/maestro/runs', target)).toBe(true);
    }
    expect(came({ host: 'ci.example.com' }, '/maestro/runs', 'http://localhost/maestro/runs')).toBe(true);
  });
});

describe('a request came directly', () => {
  it.each(['localhost', 'localhost:8001', 'LOCALHOST', '127.0.0.1:8001', '127.8.8.8', '[::1]:8001', 'a.localhost'])(
    'where its Host is %s',
    (host) => {
      expect(came({ host, 'user-agent': 'curl', 'x-forwarded': 'x' })).toBe(false);
    },
  );

  it('where HTTP/1.0 has no Host, and where the target is a local URL', () => {
    expect(came({})).toBe(false);
    expect(came(LOCAL, '/maestro/runs', 'http://127.0.0.1:8001/maestro/runs')).toBe(false);
  });
});
