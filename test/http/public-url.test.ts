import { describe, expect, it } from 'vitest';
import { publicPath, readPublicUrl } from '../../src/http/public-url.ts';

describe('PUBLIC_URL', () => {
  it.each([
    ['https://ci.example.com', 'https://ci.example.com', ''],
    ['https://ci.example.com/', 'https://ci.example.com', ''],
    ['HTTPS://CI.Example.com:443/governance', 'https://ci.example.com', '/governance'],
    ['http://127.0.0.1:8080/governance/', 'http://127.0.0.1:8080', '/governance'],
    ['http://[::1]:8001/a/b-c_d.e~f/', 'http://[::1]:8001', '/a/b-c_d.e~f'],
    ['https://ci_runner.example.com/Governance', 'https://ci_runner.example.com', '/Governance'],
  ])('is taken with a prefix or without one, and a slash at the end changes nothing: %s', (text, origin, prefix) => {
    expect(readPublicUrl(text)).toMatchObject({ origin, prefix, base: origin + prefix });
    const path = publicPath(readPublicUrl(text), '/maestro/runs');
    expect(new URL(path, origin).href).toBe(`${origin}${prefix}/maestro/runs`);
  });

  it.each([
    ...['', 'ci.example.com', '/governance/', 'ftp://ci.example.com', '//ci.example.com', 'https://', 'https:///x'],
    ...[
      'https://ci.example.com?x',
      'https://ci.example.com/#x',
      'https://ci.example.com/a?',
      'https://ci.example.com#',
    ],
    ...['https://me@ci.example.com', 'https://me:secret@ci.example.com/', ' https://ci.example.com', 'https://a b/'],
    ...['https://ci.example.com//a', 'https://ci.example.com/a//', 'https://ci.example.com/../a', 'https://a/./b'],
    ...['https://ci.example.com/a%20b', "https://ci.example.com/'", 'https://ci.example.com/$(id)', 'https://a/<b>'],
    ...['https://ci.example.com:99999', 'https://ci.example.com:x', 'https://$(id)/', 'https://[::g]/', 'https://a/é'],
  ])('is refused as %j', (text) => {
    expect(readPublicUrl(text)).toBeNull();
  });

  it('that is not set leaves paths as they are', () => {
    expect(publicPath(null, '/maestro/runs')).toBe('/maestro/runs');
  });
});
