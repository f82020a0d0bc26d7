import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { entry, FULL, identity, read, root } from './full-file.ts';
import { newKey } from './signing.ts';
import { SINCE, SOURCE } from './trusted.ts';

describe('the policy of a trust file', () => {
  it('is nothing where there is no file, and where it is empty', () => {
    const nothing = { public_good: false, npm: false, key_threshold: 1, since: SINCE, warnings: [] };
    const none = { roots: [], keys: [], identities: [], builders: [], sources: [] };
    expect(readTrustPolicy(null, SINCE)).toEqual({
      ...nothing,
      ...none,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    for (const empty of ['{}', 'null', '~', '--- {}']) expect(read(empty)).toEqual(readTrustPolicy(null, SINCE));
  });

  // All that is left of a file that begins with a comment.
  it.each(['# nobody yet\n', '# nobody', '---\n', '---', '# a\n---\n# b', '\ufeff', '\ufeff# a\n'])(
    'is refused where it is blank: %j',
    (blank) => {
      expect(() => read(blank)).toThrow(/^it is empty: it may have been cut off/);
    },
  );

  it('is the same in YAML and in JSON', () => {
    expect(read(dump(FULL))).toEqual(read(FULL));
  });

  it('names nobody that it does not list: builders speak for themselves by nobody, sources have every ref', () => {
    const { builders, sources, identities } = read({
      roots: [entry],
      identities: [identity],
      builders: [{ id: 'https://builder.example/one' }],
      sources: [{ repository: SOURCE }],
    });
    expect(builders).toEqual([{ id: 'https://builder.example/one', identities: [], keys: [], delegated: false }]);
    expect(sources).toEqual([{ repository: SOURCE }]);
    expect(identities).toEqual([{ ...identity, vouches_for: 'any' }]);
  });

  it('brings the root of the public instance and the keys of npm where it says so', () => {
    const { roots, keys } = read({ public_good: true, npm: true });
    expect(roots.map(({ name }) => name)).toEqual(['public-good']);
    expect(keys.length).toBeGreaterThan(1);
    for (const { name, predicate_types } of keys) {
      expect(name).toMatch(/^npm-registry-\d$/);
      expect(predicate_types).toEqual(['https://github.com/npm/attestation/tree/main/specs/publish/v0.1']);
    }
    expect(read({ public_good: true, identities: [{ ...identity, root: undefined }] }).identities).toEqual([
      { ...identity, root: 'public-good', vouches_for: 'any' },
    ]);
  });
});

describe('the digest of a policy', () => {
  const full = read(FULL).digest;

  it('does not depend on layout, comments, the order of fields, defaults spelt out, or when it was loaded', () => {
    const backwards = Object.fromEntries(Object.entries(FULL).reverse());
    const [first] = FULL.keys;
    const same = [
      JSON.stringify(FULL, null, 4),
      `# signed off\n${dump(FULL, { indent: 4 })}\n# end`,
      JSON.stringify(backwards),
      JSON.stringify({ ...FULL, keys: [{ ...first, valid_from: '2026-01-01T01:00:00+01:00' }, FULL.keys[1]] }),
    ];
    expect(same.map((text) => readTrustPolicy(text, '2030-01-01T00:00:00.000Z').digest)).toEqual(same.map(() => full));
    expect(read({ public_good: false, keys: [] }).digest).toBe(readTrustPolicy(null, SINCE).digest);
  });

  it('is another for every value in it that is changed or left out', () => {
    const { keys, identities, builders, sources } = FULL;
    const [k1, k2] = keys as [(typeof keys)[0], (typeof keys)[1]];
    const [[id], [builder], [source]] = [identities, builders, sources] as [[object], [object], [object]];
    const start = (at: string) => JSON.parse(JSON.stringify(root).replaceAll(/"start":"[^"]*"/g, `"start":"${at}"`));
    const changed: object[] = [
      ...[{ public_good: false }, { npm: false }, { key_threshold: 1 }, { sources: [] }, { builders: [] }],
      { roots: [{ ...entry, trusted_root: start('2020-01-01T00:00:00Z') }] },
      { roots: [{ ...entry, trusted_root: { ...root, ctlogs: [] } }] },
      { roots: [{ ...entry, trusted_root: { ...root, tlogs: [] } }] },
      { roots: [{ ...entry, trusted_root: { ...root, timestampAuthorities: [] } }] },
      { roots: [{ ...entry, trusted_root: { ...root, certificateAuthorities: [] } }] },
      { roots: [entry, { ...entry, name: 'other' }] },
      ...[{ pem: newKey().pem }, { valid_from: '2026-01-01T00:00:00.001Z' }, { valid_until: undefined }].map(
        (change) => ({
          keys: [{ ...k1, ...change }, k2],
        }),
      ),
      ...[{ predicate_types: undefined }, { predicate_types: ['https://slsa.dev/provenance/v0.2'] }].map((change) => ({
        keys: [{ ...k1, ...change }, k2],
      })),
      ...[{ name: 'zwei' }, { algorithms: undefined }, { algorithms: ['RS256', 'PS256'] }].map((change) => ({
        keys: [k1, { ...k2, ...change }],
      })),
      { keys: [k2, k1] },
      ...[{ issuer: 'x' }, { subject: 'x' }, { root: 'public-good' }, { predicate_types: undefined }].map((change) => ({
        identities: [{ ...id, ...change }],
      })),
      ...[{ id: 'x' }, { identities: [] }, { keys: ['two'] }, { keys: [] }, { delegated: false }].map((change) => ({
        builders: [{ ...builder, ...change }],
      })),
      ...[{ repository: `${SOURCE}x` }, { refs: undefined }, { refs: ['refs/heads/*'] }].map((change) => ({
        sources: [{ ...source, ...change }],
      })),
    ];
    const digests = changed.map((change) => read({ ...FULL, ...change }).digest);
    expect(new Set([full, ...digests]).size).toBe(changed.length + 1);
  });
});

describe('a trust file is refused in one line that says what is wrong', () => {
  it.each<[what: string, file: unknown, message: RegExp]>([
    ['a list', [], /^it /],
    ['a text', '"x"', /^it /],
    ['a number', '7', /^it /],
    ['no YAML', 'a: [', /^it is neither YAML nor JSON/],
    ['two documents', '{}\n---\n{}', /^it is neither YAML nor JSON/],
    [
      'a field that occurs twice in YAML',
      'npm: false\nnpm: true',
      /^it is neither YAML nor JSON: a key occurs twice in one mapping, at line \d+, column \d+$/,
    ],
    [
      'a field that occurs twice in JSON',
      '{"npm":false,"npm":true}',
      /^it is neither YAML nor JSON: a key occurs twice in one mapping, at line \d+, column \d+$/,
    ],
    ['an alias', 'keys: &a []\nidentities: *a', /^it is neither YAML nor JSON: aliases .* are not taken, at line 2/],
    ['a merge', 'sources:\n- <<: {repository: "https://github.com/a/b"}', /^sources\.0/],
    ['a tag', 'npm: !!js/regexp /x/', /^it is neither YAML nor JSON: this tag .* is not taken, at line 1/],
    ['a depth beyond sense', `x: ${'['.repeat(60)}${']'.repeat(60)}`, /^it is neither YAML nor JSON/],
  ])('if it is or has %s', (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(/^[^\r\n]+$/);
  });

  it('and the first ten places where there are more', () => {
    expect(() => read({ builders: Array(20).fill({ id: '*' }) })).toThrow(
      /^builders\.0\..*builders\.9\.[^;]*; and more$/,
    );
  });
});
