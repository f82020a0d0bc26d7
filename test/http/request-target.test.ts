import { describe, expect, it } from 'vitest';
import { authorityOf, targetRewriter } from '../../src/http/request-target.ts';

const rewritten = (url: string, prefix = '') => targetRewriter(prefix)({ url, headers: {} });

describe('the target of a request', () => {
  it.each([
    ['/health', '/health'],
    ['/health#x', '/health'],
    ['/health#', '/health'],
    ['/#x', '/'],
    ['/maestro/runs?limit=1#x?y', '/maestro/runs?limit=1'],
    ['/maestro/runs#?limit=1', '/maestro/runs'],
    ['/maestro/runs/%23', '/maestro/runs/%23'],
    ['http://ci.example.com/health#x', '/health'],
    ['HTTP://ci.example.com/health?x', '/health?x'],
    ['https://ci.example.com', '/'],
    ['http://ci.example.com?x', '/?x'],
    ['http://ci.example.com#x', '/'],
    ['http://ci.example.com//health', '//health'],
    ['//health', '//health'],
    ['*', '/*'],
    ['*maestro/runs', '/*maestro/runs'],
    ['ftp://ci.example.com/health', '/ftp://ci.example.com/health'],
  ])('is a path without host and fragment: %s is %s', (url, path) => {
    expect(rewritten(url)).toBe(path);
  });

  it.each([
    ['/governance/maestro/runs?limit=1', '/maestro/runs?limit=1'],
    ['/governance/docs/static/x.css', '/docs/static/x.css'],
    ['/governance/openapi.json', '/openapi.json'],
    ['/governance/health#x', '/health'],
    ['/governance/ready?x', '/ready?x'],
    ['/governance/version', '/version'],
    ['/governance/', '/'],
    ['/governance', '/'],
    ['/governance?x', '/?x'],
    ['http://ci.example.com/governance/maestro', '/maestro'],
    ['/maestro/runs', '/maestro/runs'],
    ['/governance/else', '/governance/else'],
    ['/governance/healthy', '/governance/healthy'],
    ['/governance2/health', '/governance2/health'],
    ['/governance/governance/health', '/governance/governance/health'],
    ['/x/governance/health', '/x/governance/health'],
  ])('loses the prefix that a proxy has left on, before a path of ours: %s is %s', (url, path) => {
    expect(rewritten(url, '/governance')).toBe(path);
  });

  it.each([
    ['/maestro', '/maestro', '/maestro'],
    ['/maestro', '/maestro/', '/maestro/'],
    ['/maestro', '/maestro/runs', '/maestro/runs'],
    ['/maestro', '/maestro/maestro/runs', '/maestro/runs'],
    ['/maestro', '/maestro/docs', '/docs'],
    ['/docs', '/docs', '/docs'],
    ['/docs', '/docs/', '/docs/'],
    ['/docs', '/docs/json', '/docs/json'],
    ['/docs', '/docs/docs/json', '/docs/json'],
    ['/health', '/health', '/health'],
  ])('keeps a path of ours that looks like the prefix %s: %s is %s', (prefix, url, path) => {
    expect(rewritten(url, prefix)).toBe(path);
  });
});

describe('the host that a request names', () => {
  const headers = { host: 'b:1' };

  it('is that of its target, where that is a URL, else that of Host', () => {
    expect(authorityOf({ url: '/x', headers })).toBe('b:1');
    expect(authorityOf({ url: '/x', headers: {} })).toBeUndefined();
    expect(authorityOf({ url: 'http://a:2/x', headers })).toBe('a:2');
    expect(authorityOf({ url: 'HTTPS://me@a#x', headers })).toBe('me@a');
    expect(authorityOf({ url: '*', headers })).toBe('b:1');
  });

  it('is that of the target as it came, whatever it was made into', () => {
    expect(authorityOf({ url: '/x', originalUrl: 'http://a/x', headers })).toBe('a');
  });
});
