import { describe, expect, it } from 'vitest';
import { compileTrust } from '../../src/trust/compiled.ts';
import { entry, FULL, identity, key, one, read } from './full-file.ts';
import { GITHUB, SIGNER, SOURCE } from './trusted.ts';

describe('a field of a trust file is refused in one line that names it', () => {
  const bad = (field: string, one: object) => ({ ...FULL, [field]: [one] });
  const badKey = (change: object) => ({ keys: [{ ...key, ...change }] });
  const badRoot = (trusted_root: unknown) => ({ roots: [{ name: 'acme', trusted_root }] });

  it.each<[what: string, file: unknown, message: RegExp]>([
    ['an unknown field', { anyone: true }, /^unknown field `anyone`$/],
    ['an unknown field with a newline', { 'any\none': true }, /^unknown field `any\ufffdone`$/],
    ['a field of all objects', '{"__proto__": {"npm": true}}', /^unknown field `__proto__`/],
    ['an unknown field of a key', badKey({ trusted: true }), /^keys\.0: unknown field `trusted`/],
    ['an unknown field of a root', { roots: [{ ...entry, x: 1 }] }, /^roots\.0: unknown field `x`/],
    [
      'an unknown field of an identity',
      bad('identities', { ...identity, regexp: '.*' }),
      /^identities\.0: unknown field `regexp`/,
    ],
    ['an unknown field of a builder', { builders: [{ id: 'x', level: 3 }] }, /^builders\.0: unknown field `level`/],
    [
      'an unknown field of a source',
      { sources: [{ repository: SOURCE, ref: 'x' }] },
      /^sources\.0: unknown field `ref`/,
    ],
    ['text for yes', { public_good: 'true' }, /^public_good /],
    ['a number for yes', { npm: 1 }, /^npm /],
    ['YAML 1.1 for yes', 'public_good: yes', /^public_good /],
    ['null for a list', { keys: null }, /^keys /],
    ['an object for a list', { identities: {} }, /^identities /],
    ['an algorithm of another type of key', badKey({ algorithms: ['RS256'] }), /^keys\.0\.algorithms .*RS256/],
    ['an unknown algorithm', badKey({ algorithms: ['ES256K'] }), /^keys\.0\.algorithms/],
    ['no name of a key', badKey({ name: undefined }), /^keys\.0\.name /],
    ['a name with a newline', badKey({ name: 'a\nb' }), /^keys\.0\.name /],
    ['a name of another form', badKey({ name: '../x' }), /^keys\.0\.name /],
    ['a name that is npm\u2019s', badKey({ name: 'npm-registry-9' }), /^keys\.0\.name must not begin/],
    ['a root named as the public one', { roots: [{ ...entry, name: 'public-good' }] }, /^roots\.0\.name must not be/],
    ['neither PEM nor JSON Web Key', badKey({ pem: undefined }), /^keys\.0 must have either/],
    ['both PEM and JSON Web Key', badKey({ jwk: { kty: 'EC' } }), /^keys\.0 must have either/],
    ['a private key', badKey({ pem: one.pem.replaceAll('PUBLIC', 'PRIVATE') }), /^keys\.0\.pem must be one PEM/],
    ['a bad JSON Web Key', badKey({ pem: undefined, jwk: { kty: 'oct', k: 'AAAA' } }), /^keys\.0\.jwk /],
    ['an algorithm of secrets', badKey({ algorithms: ['HS256'] }), /^keys\.0\.algorithms\.0 /],
    ['no algorithm', badKey({ algorithms: [] }), /^keys\.0\.algorithms /],
    ['no start of a key', badKey({ valid_from: undefined }), /^keys\.0\.valid_from /],
    ['a start that is no day', badKey({ valid_from: '2026-02-30T00:00:00Z' }), /^keys\.0\.valid_from /],
    ['a start that is a number', badKey({ valid_from: 1767225600 }), /^keys\.0\.valid_from /],
    [
      'an end that is its start',
      badKey({ valid_until: '2026-01-01T01:00:00+01:00' }),
      /^keys\.0\.valid_until must be later/,
    ],
    ['an end before its start', badKey({ valid_until: '2025-12-31T23:59:59Z' }), /^keys\.0\.valid_until must be later/],
    ['no type of predicates', badKey({ predicate_types: [] }), /^keys\.0\.predicate_types /],
    [
      'a source by SSH',
      { sources: [{ repository: 'git@github.com:a/b' }] },
      /^sources\.0\.repository must be the https/,
    ],
    ['a source with a ref', { sources: [{ repository: `${SOURCE}@main` }] }, /^sources\.0\.repository /],
    ['a ref in short', { sources: [{ repository: SOURCE, refs: ['main'] }] }, /^sources\.0\.refs\.0 must begin/],
    ['no ref', { sources: [{ repository: SOURCE, refs: [] }] }, /^sources\.0\.refs must name/],
    ['a threshold of 0', { key_threshold: 0 }, /^key_threshold /],
    ['a threshold of 11', { key_threshold: 11 }, /^key_threshold /],
    ['a threshold of 1.5', { key_threshold: 1.5 }, /^key_threshold /],
    ['a threshold as text', { key_threshold: '1' }, /^key_threshold /],
    ['too many roots', { roots: Array(11).fill(entry) }, /^roots must have at most 10/],
    ['too many keys', { keys: Array(101).fill(key) }, /^keys must have at most 100/],
    ['too many identities', { identities: Array(1_001).fill(identity) }, /^identities must have at most 1000/],
    ['too many builders', { builders: Array(1_001).fill({ id: 'x' }) }, /^builders must have at most 1000/],
    ['too many sources', { sources: Array(1_001).fill({ repository: SOURCE }) }, /^sources must have at most 1000/],
    ['no trusted root', badRoot(undefined), /^roots\.0\.trusted_root /],
  ])('if it is or has %s', (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(/^[^\r\n]+$/);
  });
});

describe('nobody can write', () => {
  it.each<[field: string, entry: unknown]>([
    ...['*', '**', '.*', '^.*$', '', ' ', 'https://*', 'https://github.com/*', 'https://*/acme/x', '*@acme.com'].map(
      (subject): [string, unknown] => ['identities', { ...identity, subject }],
    ),
    ...['*', '.*', '', 'https://*', null, undefined].map((issuer): [string, unknown] => [
      'identities',
      { ...identity, issuer },
    ]),
    ...[null, undefined, true, [], ['*']].map((subject): [string, unknown] => ['identities', { ...identity, subject }]),
    ...['*', true, null, undefined].map((root): [string, unknown] => ['identities', { ...identity, root }]),
    ...['*', 'any', true].map((one): [string, unknown] => ['identities', one]),
  ])('in %s that anyone is meant: %j', (field, one) => {
    const trust = (() => {
      try {
        return read({ roots: [entry], [field]: [one] });
      } catch {
        return null;
      }
    })();
    const names = trust === null ? [] : compileTrust(trust).identitiesOf('acme', GITHUB, SIGNER.subject).names;
    expect(names).toEqual([]);
  });

  it.each([
    ...['*', '**', '.*', '', 'https://*', 'https://github.com/*', 'https://*/a/b', null, undefined, true, ['*']],
  ])('that any builder or source is meant: %j', (pattern) => {
    const trusted = (field: string, one: object) => {
      try {
        const { builders, sources } = compileTrust(read({ [field]: [one] }));
        return [...builders, ...sources].some(({ matches }) => matches(SOURCE) || matches(SIGNER.subject));
      } catch {
        return false;
      }
    };
    expect([trusted('builders', { id: pattern }), trusted('sources', { repository: pattern })]).toEqual([false, false]);
  });
});
