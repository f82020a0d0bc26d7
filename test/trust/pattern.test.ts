import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, compileRefs, fullRefs, requireRef } from '../../src/trust/pattern.ts';
import { processorMs } from '../processor-time.ts';

const EXACT = 'https://github.com/acme/payment-api/.github/workflows/release.yml@refs/heads/main';
const GLOB = 'https://github.com/acme/*-api/.github/workflows/release.yml@refs/heads/main';

// What each makes of the identity above, which is neither of the two.
const LOOK_ALIKES: [string, string][] = Object.entries({
  'a letter before it': `x${EXACT}`,
  'a space before it': ` ${EXACT}`,
  'a URL around it': `https://evil.example/?next=${EXACT}`,
  'a scheme before it': `git+${EXACT}`,
  'another scheme': EXACT.replace('https:', 'http:'),
  'a host that begins like it': EXACT.replace('github.com', 'github.com.evil'),
  'a host that ends like it': EXACT.replace('github.com', 'evil-github.com'),
  'a letter for the dot of the host': EXACT.replace('github.com', 'githubxcom'),
  'a port': EXACT.replace('github.com', 'github.com:443'),
  'user info': EXACT.replace('github.com', 'github.com@evil.example'),
  'another case of the host': EXACT.replace('github.com', 'GitHub.com'),
  'another owner that begins like it': EXACT.replace('acme', 'acme-evil'),
  'another owner that ends like it': EXACT.replace('acme', 'evil-acme'),
  'another case of the owner': EXACT.replace('acme', 'Acme'),
  'a Cyrillic letter in the owner': EXACT.replace('acme', '\u0430cme'),
  'an owner before it': EXACT.replace('acme', 'evil/acme'),
  'dots that lead out of the owner': EXACT.replace('payment-api', '../evil/payment-api'),
  'a repository that ends otherwise': EXACT.replace('payment-api', 'payment-api-evil'),
  'a repository with .git': EXACT.replace('payment-api', 'payment-api.git'),
  'a repository in another case': EXACT.replace('payment-api', 'payment-API'),
  'a repository of nothing before what is exact': EXACT.replace('payment-api', '-api'),
  'a segment more': EXACT.replace('payment-api', 'evil/payment-api'),
  'an empty segment': EXACT.replace('payment-api', 'payment-api/'),
  'an @ in the repository': EXACT.replace('payment-api', 'evil@payment-api'),
  'a newline in the repository': EXACT.replace('payment-api', 'evil\npayment-api'),
  'a line separator in the repository': EXACT.replace('payment-api', 'evil\u2028payment-api'),
  'an encoded hyphen': EXACT.replace('payment-api', 'payment%2Dapi'),
  'an encoded slash': EXACT.replace('/.github', '%2F.github'),
  'a letter for a dot of the path': EXACT.replace('/.github', '/xgithub'),
  'another folder': EXACT.replace('workflows', 'workflows-evil'),
  'a folder between': EXACT.replace('workflows/', 'workflows/evil/'),
  'another workflow that ends like it': EXACT.replace('release.yml', 'evil-release.yml'),
  'another workflow that begins like it': EXACT.replace('release.yml', 'release-evil.yml'),
  'a letter for the dot of the workflow': EXACT.replace('release.yml', 'releasexyml'),
  'another case of the workflow': EXACT.replace('release.yml', 'Release.yml'),
  'a ref after the ref': `${EXACT}@refs/heads/evil`,
  'a ref before the ref': EXACT.replace('@', '@refs/heads/evil@'),
  'a tag of the name': EXACT.replace('refs/heads', 'refs/tags'),
  'a branch that begins like it': `${EXACT}-evil`,
  'a segment more of the ref': `${EXACT}/evil`,
  'no ref': EXACT.replace(/@.*/, ''),
  'a slash after it': `${EXACT}/`,
  '.git after it': `${EXACT}.git`,
  'a newline after it': `${EXACT}\n`,
  'a carriage return after it': `${EXACT}\r`,
  'a NUL after it': `${EXACT}\0`,
  'a query after it': `${EXACT}?x`,
  'a fragment after it': `${EXACT}#x`,
  'a line of its own before others': `${EXACT}\nevil`,
  'a line of its own behind others': `evil\n${EXACT}`,
  nothing: '',
});

describe('the pattern of an identity', () => {
  it.each(LOOK_ALIKES)('means no identity with %s', (_, text) => {
    expect([EXACT, GLOB].map((pattern) => compilePattern(pattern)(text))).toEqual([false, false]);
  });

  it('means the exact text, or what has something in place of each *', () => {
    expect(compilePattern(EXACT)(EXACT)).toBe(true);
    for (const repository of ['payment-api', 'b-api', 'Kappa_1.2-api'])
      expect(compilePattern(GLOB)(EXACT.replace('payment-api', repository))).toBe(true);
    expect(compilePattern(`${EXACT.replace('main', '*')}`)(EXACT)).toBe(true);
    expect(compilePattern('https://github.com/acme/a+(b)[c]|$/*')('https://github.com/acme/a+(b)[c]|$/x')).toBe(true);
  });

  it('without a * means itself and nothing else', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...LOOK_ALIKES.map(([, one]) => one)));
    const exact = text.filter((one) => !one.includes('*'));
    fc.assert(
      fc.property(exact, text, (pattern, other) => {
        expect(compilePattern(pattern)(pattern)).toBe(true);
        expect(compilePattern(pattern)(other)).toBe(pattern === other);
      }),
    );
  });

  it('keeps every part but those with a *, whatever stands for it', () => {
    const filling = fc.string({ unit: fc.constantFrom(...'a.-_/@\n%*?#: \u00e4'), maxLength: 8 });
    fc.assert(
      fc.property(filling, filling, (one, two) => {
        const text = `https://github.com/acme/${one}/x-${two}@refs/heads/main`;
        const fits = [one, two].every((part) => /^[a._-]+$/.test(part)) && !/^\.\.?$/.test(one);
        expect(compilePattern('https://github.com/acme/*/x-*@refs/heads/main')(text)).toBe(fits);
      }),
    );
  });

  it('means nothing that is longer than 1,024 characters where it has a *', () => {
    const [head, tail] = GLOB.split('*') as [string, string];
    const fitting = (length: number) => `${head}${'x'.repeat(length - head.length - tail.length)}${tail}`;
    expect([1_024, 1_025].map((length) => compilePattern(GLOB)(fitting(length)))).toEqual([true, false]);
  });

  it('is compared at once, however many segments have a *', async () => {
    const matches = compilePattern(`https://github.com/acme/${'*-/'.repeat(30)}*.x`);
    const ms = await processorMs(() => {
      for (const text of ['-'.repeat(990), '--/'.repeat(330), `${'--/'.repeat(30)}${'-'.repeat(800)}`])
        expect(matches(`https://github.com/acme/${text}`)).toBe(false);
    });
    // To try every way would take minutes.
    expect(ms).toBeLessThan(5_000);
  });

  it.each(['https://github.com/acme/*-*', 'https://github.com/acme/x/*@*', 'https://github.com/acme/*-*-*-*.x'])(
    'may not be %s, which takes minutes to compare with some texts',
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow('may not have more than one * in a segment');
    },
  );

  it.each([
    ...['*', '**', '*@acme.com', 'mailto:*@acme.com', 'repo:acme/*:ref:refs/heads/main', 'github.com/acme/*'],
    ...['https://*', 'https://*/a', 'https://*/a/b', 'https://github.*/acme/x', 'https://*.github.com/acme/x'],
    ...['https://github.com*/acme/x', 'https://github.com/*', 'https://github.com/*/x', 'https://github.com/ac*/x'],
    ...['https://github.com/acme*', 'https://github.com/acme*/x', 'https://github.com/*@refs/heads/main'],
    ...['https://github.com/acme/**', 'https://github.com/acme/**/x', 'https://github.com/acme/x/a**b'],
    ...['https:///acme/*', 'https://github.com//*', 'https:/github.com/acme/*', '//github.com/acme/*'],
    ...[
      '*://github.com/acme/x',
      'http*://github.com/acme/x',
      'HTTPS://github.com/acme/*',
      ' https://github.com/acme/*',
    ],
    'https://github.com*',
  ])('may not be %s, which would be nearly anyone', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/^may (?:not )?have /);
  });
});

describe('the pattern of a branch or tag', () => {
  it.each([
    ['refs/heads/main', ['refs/heads/main']],
    ['refs/tags/v*', ['refs/tags/v1', 'refs/tags/v1.2.3-rc.1', 'refs/tags/very']],
    ['refs/heads/release/*', ['refs/heads/release/1']],
    ['refs/heads/*', ['refs/heads/main', 'refs/heads/v1']],
    ['refs/pull/*/merge', ['refs/pull/2/merge']],
    ['refs/merge-requests/*/head', ['refs/merge-requests/2/head']],
  ])('%s means what fits in it, and nothing that looks like it', (pattern, meant) => {
    const matches = compileRefs([pattern]);
    expect(meant.filter((one) => !matches(one))).toEqual([]);
    const changed = (one: string) => [
      ...[`x${one}`, `/${one}`, ` ${one}`, `${one}/x`, `${one}/`, `${one}\n`, `${one}@x`, `${one}\nrefs/heads/x`],
      ...[one.toUpperCase(), one.replace('refs/', ''), one.replace('refs/', 'refs/remotes/')],
      ...[one.includes('heads') ? one.replace('heads', 'tags') : one.replace(/tags|pull|merge-requests/, 'heads'), ''],
      ...['refs/heads/', 'refs/tags/', 'refs/tags/v', 'refs/heads/release/', 'refs/pull/1/head', 'HEAD'],
    ];
    expect(meant.flatMap(changed).filter(matches)).toEqual([]);
  });

  it.each([
    ...['', '*', '**', 'main', 'v*', 'HEAD', 'refs/*', 'refs/heads', 'refs/heads/', 'refs/*/main', 'refs/heads/**'],
    ...['refs/heads//x', 'refs/tags/v**', 'refs/pull/', 'refs/notes/x', 'REFS/heads/main', ' refs/heads/main', 'Any'],
    ...['xrefs/heads/main', '\nrefs/heads/main', 'refs/tags/v*.*'],
  ])('may not be %j', (pattern) => {
    expect(() => requireRef(pattern)).toThrow(/^must begin with refs|^may not have more than one/);
  });
});

describe('a ref as provenance states it', () => {
  it.each<[ref: string, full: (string | null)[]]>([
    ['refs/heads/main', ['refs/heads/main']],
    ['main', ['refs/heads/main', 'refs/tags/main']],
    ['head', ['refs/heads/head', 'refs/tags/head']],
    ['changes/2026', ['refs/heads/changes/2026', 'refs/tags/changes/2026']],
    ['pr/5-fix', ['refs/heads/pr/5-fix', 'refs/tags/pr/5-fix']],
    ...['', '@', 'HEAD', 'FETCH_HEAD', 'a'.repeat(40), 'A'.repeat(64)].map((ref): [string, null[]] => [ref, [null]]),
  ])('may be in full: %j', (ref, full) => {
    expect(fullRefs(ref)).toEqual(full);
  });

  it.each([
    ...['5/merge', '5/head', '5/from', 'pull/5', 'pull/5/head', 'pulls/5', 'pr/5', 'mr/5', 'PR-5', 'MR-5', 'pr-5'],
    ...['merge-requests/5', 'merge-requests/5/merge', 'merge-request/5', 'pull-requests/5/from', 'changes/34/1234/5'],
    ...['origin/pr/5/merge', 'remotes/origin/pull/5/head', 'remotes/pull/5/merge'],
  ])('may be that of a request, which any does not mean: %s', (ref) => {
    const isAny = compileRefs(['any']);
    expect(fullRefs(ref).every(isAny)).toBe(false);
  });
});
