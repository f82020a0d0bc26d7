import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalRepository, requireRepository } from '../../src/trust/source-uri.ts';

describe('the address of a repository', () => {
  it.each([
    'https://github.com/acme/payment-api',
    'https://github.com/acme/payment-api/',
    'https://github.com/acme/payment-api.git',
    'https://github.com/acme/payment-api.git/',
    'git+https://github.com/acme/payment-api',
    'git+https://github.com/acme/payment-api.git',
    'https://GitHub.com/acme/payment-api',
  ])('%s is that of one repository, in one form', (uri) => {
    expect(normalRepository(uri)).toBe('https://github.com/acme/payment-api');
  });

  it.each([
    ['https://github.com/Acme/payment-api', 'https://github.com/Acme/payment-api'],
    ['https://github.com/acme/payment-API', 'https://github.com/acme/payment-API'],
    ['https://github.com/acme/payment-api.git.git', 'https://github.com/acme/payment-api.git'],
    ['https://github.com/acme/payment-api.github', 'https://github.com/acme/payment-api.github'],
    ['https://github.com.evil/acme/payment-api', 'https://github.com.evil/acme/payment-api'],
    ['https://github.com./acme/payment-api', 'https://github.com./acme/payment-api'],
    ['https://gitlab.example/acme/group/sub/app', 'https://gitlab.example/acme/group/sub/app'],
    ['https://git.sr.ht/~acme/app', 'https://git.sr.ht/~acme/app'],
    ['https://github.com/acme/...', 'https://github.com/acme/...'],
  ])('%s stays another one', (uri, normal) => {
    expect(normalRepository(uri)).toBe(normal);
  });

  it.each([
    ...['', ' ', 'acme/payment-api', 'github.com/acme/payment-api', '//github.com/acme/payment-api', 'https://'],
    ...['https://github.com', 'https://github.com/', 'https://github.com//', 'https://github.com/.git'],
    ...[
      'http://github.com/acme/x',
      'git://github.com/acme/x',
      'ssh://git@github.com/acme/x',
      'HTTPS://github.com/acme/x',
    ],
    ...['git@github.com:acme/x', 'git+ssh://github.com/acme/x', 'git+git+https://github.com/acme/x', 'file:///acme/x'],
    ...['https://user@github.com/acme/x', 'https://u:p@github.com/acme/x', 'https://github.com@evil.example/acme/x'],
    ...[
      'https://github.com:443/acme/x',
      'https://github.com:/acme/x',
      'https://[::1]/acme/x',
      'https:/github.com/acme/x',
    ],
    ...['https://github.com/acme/x?y', 'https://github.com/acme/x#y', 'https://github.com/acme/x@refs/heads/main'],
    ...[
      'https://github.com/acme/../x',
      'https://github.com/acme/./x',
      'https://github.com/acme/..',
      'https://github.com/.',
    ],
    ...['https://github.com/acme//x', 'https://github.com/acme/x//', 'https://github.com//acme/x'],
    ...['https://github.com/acme/x/.git', 'https://github.com/acme/.git'],
    ...['https://github.com\\acme\\x', 'https://github.com/acme\\x', 'https:\\\\github.com/acme/x'],
    ...['https://github.com/acme/%2e%2e/x', 'https://github.com/acme/x%2f', 'https://github.com%2facme/x'],
    ...['https://github.com/\u0430cme/x', 'https://g\u0456thub.com/acme/x', 'https://github\u3002com/acme/x'],
    ...[
      ' https://github.com/acme/x',
      'https://github.com/acme/x ',
      'https://github.com/acme/x\n',
      'https://github.com/a x',
    ],
    ...[
      'https://github.com/acme/x\0',
      'https://github.com/acme/*',
      'https://github.com/acme/x;y',
      'https://github.com/acme/x:y',
    ],
  ])('%j is none that could be compared', (uri) => {
    expect(normalRepository(uri)).toBeNull();
  });

  it('in its normal form leads nowhere else by the rules of URLs', () => {
    const host = fc.string({ unit: fc.constantFrom(...'aZ9.-@:%'), minLength: 1, maxLength: 4 });
    const path = fc.string({ unit: fc.constantFrom(...'aZ0._-~/%@?#\\ \u0430'), minLength: 1, maxLength: 8 });
    let normals = 0;
    fc.assert(
      fc.property(host, path, (host, path) => {
        const normal = normalRepository(`https://${host}/${path}`);
        if (normal === null || !URL.canParse(normal)) return;
        normals += 1;
        expect(new URL(normal).pathname).toBe(normal.slice(`https://${host}`.length));
      }),
      { numRuns: 5_000 },
    );
    expect(normals).toBeGreaterThan(100);
  });
});

describe('the repository of a trust file', () => {
  it('is the https URL of one, in which * may stand for a part', () => {
    for (const pattern of ['https://github.com/acme/payment-api', 'https://github.com/acme/*'])
      expect(() => requireRepository(pattern)).not.toThrow();
    for (const pattern of ['git@github.com:acme/app', 'http://github.com/acme/app', 'acme/app', ''])
      expect(() => requireRepository(pattern)).toThrow('must be the https URL of a repository');
    expect(() => requireRepository('https://*/acme/app')).toThrow('may not have * in its host');
  });
});
