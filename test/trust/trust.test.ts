import { createPublicKey } from 'node:crypto';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { compileTrust } from '../../src/trust/compiled.ts';
import { npmKeys } from '../../src/trust/built-in-trust.ts';
import { readTrust, type Trust } from '../../src/trust/trust.ts';
import { newInstance, newKey } from './signing.ts';
import { GITHUB, SIGNER, SINCE, SOURCE } from './trusted.ts';

const { root } = await newInstance({ withTimestampAuthority: true });
const [one, two] = [newKey(), newKey('rsa-pkcs1')];
const FROM = '2026-01-01T00:00:00.000Z';
const key = { name: 'one', pem: one.pem, valid_from: FROM };
const entry = { name: 'acme', trusted_root: root };
const identity = { name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject };

/** Every field that there is, set to something else than its default. */
const FULL = {
  public_good: true,
  npm: true,
  roots: [entry],
  keys: [
    { ...key, valid_until: '2027-01-01T00:00:00.000Z', predicate_types: ['https://slsa.dev/provenance/v1'] },
    { name: 'two', pem: two.pem, algorithms: ['RS256'], valid_from: FROM },
  ],
  key_threshold: 2,
  identities: [{ ...identity, predicate_types: ['https://slsa.dev/provenance/v1'] }],
  builders: [{ id: SIGNER.subject, identities: ['release'], keys: ['one'], delegated: true }],
  sources: [{ repository: SOURCE, refs: ['refs/heads/main'] }],
};

const read = (file: unknown): Trust => readTrust(typeof file === 'string' ? file : JSON.stringify(file), SINCE);

describe('what a trust file says', () => {
  it('is nothing where there is no file, and where it is empty', () => {
    const nothing = { public_good: false, npm: false, key_threshold: 1, since: SINCE, warnings: [] };
    const none = { roots: [], keys: [], identities: [], builders: [], sources: [] };
    expect(readTrust(null, SINCE)).toEqual({ ...nothing, ...none, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    for (const empty of ['{}', 'null', '~', '--- {}']) expect(read(empty)).toEqual(readTrust(null, SINCE));
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

describe('the digest of what is trusted', () => {
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
    expect(same.map((text) => readTrust(text, '2030-01-01T00:00:00.000Z').digest)).toEqual(same.map(() => full));
    expect(read({ public_good: false, keys: [] }).digest).toBe(readTrust(null, SINCE).digest);
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

const without = (what: string, part = 'validFor') =>
  JSON.parse(JSON.stringify(root), (name, value) => {
    if (name !== what) return value;
    const stripped = (one: object): object =>
      Object.fromEntries(
        Object.entries(one)
          .filter(([field]) => field !== part)
          .map(([field, value]) => [field, field === 'publicKey' ? stripped(value) : value]),
      );
    return value.map(stripped);
  });

// Moved to where the authority has it that the library does not look at.
const misplaced = (what: string) => {
  const moved = without(what);
  const validFor = { start: FROM };
  for (const authority of moved[what]) {
    if (authority.publicKey) authority.validFor = validFor;
    else authority.publicKey = { validFor };
  }
  return moved;
};

// SEC 1, section 2.3.3: the same point with one coordinate and a sign, and with both and a sign.
const compressed = (x: Buffer, sign: number) => Buffer.concat([Buffer.from([2 + sign]), x]);
const hybrid = (x: Buffer, sign: number, y: Buffer) => Buffer.concat([Buffer.from([6 + sign]), x, y]);

/** The first key, its point written in another way. */
function recoded(encode: (x: Buffer, sign: number, y: Buffer) => Buffer): string {
  const der = createPublicKey(one.pem).export({ type: 'spki', format: 'der' });
  const [algorithm, x, y] = [der.subarray(2, -68), der.subarray(-64, -32), der.subarray(-32)];
  const point = encode(x, (y.at(-1) ?? 0) & 1, y);
  const bits = Buffer.concat([Buffer.from([3, point.length + 1, 0]), point]);
  const spki = Buffer.concat([Buffer.from([0x30, algorithm.length + bits.length]), algorithm, bits]);
  return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

describe('a trust file is refused in one line that names the place', () => {
  const bad = (field: string, one: object) => ({ ...FULL, [field]: [one] });
  const badKey = (change: object) => ({ keys: [{ ...key, ...change }] });
  const badRoot = (trusted_root: unknown) => ({ roots: [{ name: 'acme', trusted_root }] });
  const { publicKey: _, ...keyless } = root.tlogs[0] as { publicKey: object };

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
    ['two keys of one name', { keys: [key, { ...key, pem: two.pem }] }, /^keys\.1\.name is the name of another/],
    ['one key under two names', { keys: [key, { ...key, name: 'uno' }] }, /^keys\.1\.name is another name/],
    [
      'one key under two names in two forms',
      { keys: [key, { ...key, name: 'uno', pem: `\n${one.pem.replaceAll('\n', '\r\n')}` }] },
      /^keys\.1\.name is another name/,
    ],
    [
      'one key under two names, its point written short',
      { keys: [key, { ...key, name: 'uno', pem: recoded(compressed) }] },
      /^keys\.1\.name is another name/,
    ],
    [
      'one key under two names, its point written long',
      { keys: [key, { ...key, name: 'uno', pem: recoded(hybrid) }] },
      /^keys\.1\.name is another name/,
    ],
    [
      'a key of npm under another name beside them',
      { npm: true, keys: [{ ...key, pem: npmKeys()[0]?.pem }] },
      /another name/,
    ],
    ['two roots of one name', { roots: [entry, entry] }, /^roots\.1\.name is the name of another/],
    ['two identities of one name', { ...FULL, identities: [identity, identity] }, /^identities\.1\.name is the name/],
    ['a root that is not there', { identities: [identity] }, /^identities\.0\.root is no root/],
    [
      'the public root without it',
      { identities: [{ ...identity, root: undefined }] },
      /^identities\.0\.root is no root/,
    ],
    [
      'an identity that is not there',
      { builders: [{ id: 'x', identities: ['y'] }] },
      /^builders\.0\.identities\.0 names none/,
    ],
    ['a key that is not there', { builders: [{ id: 'x', keys: ['y'] }] }, /^builders\.0\.keys\.0 names none/],
    [
      'a key of npm for a builder',
      { npm: true, builders: [{ id: 'x', keys: ['npm-registry-1'] }] },
      /^builders\.0\.keys\.0/,
    ],
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
    ['a trusted root of another type', badRoot({ ...root, mediaType: 'application/json' }), /mediaType$/],
    ['a trusted root without type', badRoot({ ...root, mediaType: undefined }), /mediaType$/],
    ['a log without a key', badRoot({ ...root, tlogs: [{ ...keyless, validFor: { start: FROM } }] }), /cannot be used/],
    ...['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'].flatMap(
      (what): [string, unknown, RegExp][] => [
        [`no validity of ${what}`, badRoot(without(what)), new RegExp(`has no start of validity: ${what}\\.0`)],
        [
          `no start of ${what}`,
          badRoot(JSON.parse(JSON.stringify(root).replaceAll('"start"', '"begin"'))),
          new RegExp(what),
        ],
        [
          `a validity of ${what} where nobody looks`,
          badRoot(misplaced(what)),
          new RegExp(`start of validity: ${what}\\.0`),
        ],
      ],
    ),
    [
      'a start of a root that is no time',
      badRoot(JSON.parse(JSON.stringify(root).replaceAll(/"start":"[^"]*"/g, '"start":"now"'))),
      /has no start/,
    ],
  ])('where it is or has %s', (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(/^[^\r\n]+$/);
  });

  it('and the first ten places where there are more', () => {
    expect(() => read({ builders: Array(20).fill({ id: '*' }) })).toThrow(
      /^builders\.0\..*builders\.9\.[^;]*; and more$/,
    );
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
