import { describe, expect, it } from 'vitest';
import { compileTrust } from '../../src/trust/compiled.ts';
import { newInstance, newKey } from './signing.ts';
import { compiledOf, GITHUB, SIGNER, SOURCE, trustOf } from './trusted.ts';

const [acme, other] = [await newInstance(), await newInstance()];
const roots = [
  { name: 'acme', trusted_root: acme.root },
  { name: 'other', trusted_root: other.root },
];
const identity = { root: 'acme', issuer: GITHUB };
const GLOB = 'https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main';

describe('an identity', () => {
  const { identitiesOf, maySign } = compiledOf({
    roots,
    identities: [
      { ...identity, name: 'exact', subject: SIGNER.subject, predicate_types: ['https://slsa.dev/provenance/v1'] },
      { ...identity, name: 'glob', subject: GLOB },
      { ...identity, name: 'there', root: 'other', subject: 'https://github.com/acme/x/wf@refs/heads/main' },
      { ...identity, name: 'mail', issuer: 'https://accounts.example', subject: 'ann@acme.example' },
    ],
  });

  it.each([
    ['acme', GITHUB, SIGNER.subject, ['exact', 'glob'], ['exact']],
    ['acme', GITHUB, GLOB.replace('*', 'other'), ['glob'], []],
    ['other', GITHUB, SIGNER.subject, [], []],
    ['public-good', GITHUB, SIGNER.subject, [], []],
    ['', GITHUB, SIGNER.subject, [], []],
    ['acme', `${GITHUB}/`, SIGNER.subject, [], []],
    ['acme', `${GITHUB}/hammer-time`, SIGNER.subject, [], []],
    ['acme', GITHUB.toUpperCase(), SIGNER.subject, [], []],
    ['acme', `${GITHUB}.evil`, SIGNER.subject, [], []],
    ['acme', '', SIGNER.subject, [], []],
    ['acme', 'https://accounts.example', SIGNER.subject, [], []],
    ['acme', GITHUB, 'https://github.com/acme/x/wf@refs/heads/main', [], []],
    ['other', GITHUB, 'https://github.com/acme/x/wf@refs/heads/main', ['there'], ['there']],
    ['acme', 'https://accounts.example', 'ann@acme.example', ['mail'], ['mail']],
    ['acme', GITHUB, 'ann@acme.example', [], []],
    ['acme', 'https://accounts.example', 'Ann@acme.example', [], []],
    ['acme', 'https://accounts.example', 'joann@acme.example', [], []],
    ['acme', GITHUB, '', [], []],
  ])('under the root %j, by the issuer %j, of the subject %j is %j', (root, issuer, subject, names, exact) => {
    expect(identitiesOf(root, issuer, subject)).toEqual({ names, exact });
  });

  it('may sign the types of predicates that it is given, or all where it is given none', () => {
    const may = (name: string) =>
      ['https://slsa.dev/provenance/v1', 'https://slsa.dev/provenance/v1/', 'https://SLSA.dev/provenance/v1', ''].map(
        (type) => maySign('identities', name, type),
      );
    expect(may('exact')).toEqual([true, false, false, false]);
    expect(may('glob')).toEqual([true, true, true, true]);
  });
});

describe('a key', () => {
  const { keys, maySign, threshold } = compiledOf({
    key_threshold: 2,
    keys: [
      { name: 'one', pem: newKey().pem, valid_from: '2026-01-01T00:00:00Z', valid_until: '2026-02-01T00:00:00Z' },
      { name: 'two', pem: newKey().pem, valid_from: '2026-01-01T02:00:00+02:00', predicate_types: ['x'] },
    ],
    identities: [{ ...identity, name: 'one', subject: 'x', predicate_types: ['https://cyclonedx.org/bom'] }],
    roots,
  });

  it.each([
    ['2025-12-31T23:59:59.999Z', [false, false]],
    ['2026-01-01T00:00:00.000Z', [true, true]],
    ['2026-01-31T23:59:59.999Z', [true, true]],
    ['2026-02-01T00:00:00.000Z', [false, true]],
    ['', [false, false]],
  ])('at %j is valid from its start until before its end', (time, valid) => {
    expect(keys.map((key) => key.isValidAt(time))).toEqual(valid);
  });

  it('is not an identity of its name', () => {
    expect(maySign('keys', 'one', 'y')).toBe(true);
    expect(maySign('identities', 'one', 'y')).toBe(false);
    expect(maySign('keys', 'two', 'y')).toBe(false);
    expect(threshold).toBe(2);
  });

  it('of RSA is of the algorithms of its entry', () => {
    const { keys } = compiledOf({
      keys: [{ name: 'rsa', pem: newKey('rsa-pss').pem, algorithms: ['PS256'], valid_from: '2026-01-01T00:00:00Z' }],
    });
    expect(keys.map(({ algorithms }) => algorithms)).toEqual([['PS256']]);
  });
});

describe('a source', () => {
  it.each<[repository: string, normal: string, meant: boolean]>([
    ...[SOURCE, `${SOURCE}/`, `${SOURCE}.git`, `git+${SOURCE}.git`, SOURCE.replace('github', 'GitHub')].map(
      (repository): [string, string, boolean] => [repository, SOURCE, true],
    ),
    [SOURCE, `${SOURCE}-evil`, false],
    [SOURCE, SOURCE.replace('acme', 'Acme'), false],
    ['https://github.com/acme/*', SOURCE, true],
    ['https://GitHub.com/acme/*.git', SOURCE, true],
    ['https://github.com/acme/*', `${SOURCE}/sub`, false],
    ['https://github.com/acme/*', 'https://github.com/acme-evil/payment-api', false],
    ['https://github.com/acme/payment-*', 'https://github.com/acme/payment-', false],
  ])('written as %s means %s: %s', (repository, normal, meant) => {
    const [source] = compiledOf({ sources: [{ repository }] }).sources;
    expect(source?.matches(normal)).toBe(meant);
  });

  it('has every branch and tag where none is named, and those alone that are', () => {
    const refs = ['refs/heads/main', 'refs/tags/v*'];
    const { sources } = compiledOf({
      sources: [{ repository: SOURCE }, { repository: SOURCE, refs: 'any' }, { repository: SOURCE, refs }],
    });
    const is = (ref: string | null) => sources.map(({ isRef }) => isRef(ref));
    expect(is('refs/heads/main')).toEqual([true, true, true]);
    expect(is('refs/tags/v1')).toEqual([true, true, true]);
    expect(is('refs/tags/a/b')).toEqual([true, true, false]);
    for (const none of ['main', 'refs/pull/1/merge', 'refs/merge-requests/1/head', 'refs/heads/', null])
      expect(is(none)).toEqual([false, false, false]);
  });
});

it('a policy that readTrustPolicy would have refused is not compiled', () => {
  const trust = trustOf({ roots, identities: [{ ...identity, name: 'x', subject: 'x' }] });
  for (const change of [
    { keys: [{ name: 'x', pem: 'x', valid_from: '', vouches_for: 'any' as const }] },
    { identities: [{ ...identity, name: 'x', subject: '*', vouches_for: 'any' as const }] },
    { builders: [{ id: '*', identities: [], keys: [], delegated: false }] },
    { sources: [{ repository: 'https://*/x' }] },
    { sources: [{ repository: SOURCE, refs: ['*'] }] },
    { roots: [{ name: 'x', trusted_root: { tlogs: [{}] } }] },
  ])
    expect(() => compileTrust({ ...trust, ...change })).toThrow();
  expect(compileTrust(trust).roots.map(({ name }) => name)).toEqual(['acme', 'other']);
});
