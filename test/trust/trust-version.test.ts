// Version 2 of the trust file: what it has to state, and that no part of such a file is a file.
import { readdirSync, readFileSync } from 'node:fs';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { newKey } from './signing.ts';
import { GITHUB, SIGNER, SINCE, SOURCE } from './trusted.ts';

const key = { name: 'release-2026', pem: newKey().pem, valid_from: '2026-01-01T00:00:00Z' };
const identity = { name: 'release', issuer: GITHUB, subject: SIGNER.subject };
const FULL = {
  version: 2,
  public_good: true,
  key_threshold: 1,
  keys: [{ ...key, valid_until: 'never', vouches_for: ['provenance', 'sbom'] }],
  identities: [{ ...identity, vouches_for: 'any' }],
  builders: [{ id: SIGNER.subject, identities: ['release'], keys: ['release-2026'] }],
  sources: [{ repository: SOURCE, refs: 'any' }],
};
const yamlOf = (file: object) => `${dump(file)}...\n`;
const read = (text: string) => readTrustPolicy(text, SINCE);
const without = (value: object, field: string) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));

/** The trust files of the documents, which begin with their version. */
const PAGES = ['README.md', ...readdirSync(new URL('../../docs', import.meta.url)).map((name) => `docs/${name}`)];
const EXAMPLES = PAGES.filter((name) => name.endsWith('.md')).flatMap((name) => {
  const page = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  return [...page.matchAll(/^```yaml\n(version: 2\n[\s\S]*?)^```$/gm)].map(([, text = ''], index): [string, string] => [
    `${name}, example ${index + 1}`,
    text,
  ]);
});

describe('a trust file of version 2', () => {
  it('says the same in YAML and in JSON', () => {
    const { digest, warnings } = read(yamlOf(FULL));
    expect(warnings).toEqual([]);
    expect(read(JSON.stringify(FULL)).digest).toBe(digest);
    expect(read(JSON.stringify(FULL, null, 2)).digest).toBe(digest);
    expect(read(`# signed off\n---\n${yamlOf(FULL)}# the end\n`).digest).toBe(digest);
  });

  it.each([
    ['key_threshold', without(FULL, 'key_threshold')],
    ['keys.0.vouches_for', { ...FULL, keys: [without(FULL.keys[0] as object, 'vouches_for')] }],
    ['keys.0.valid_until', { ...FULL, keys: [without(FULL.keys[0] as object, 'valid_until')] }],
    ['identities.0.vouches_for', { ...FULL, identities: [identity] }],
    ['sources.0.refs', { ...FULL, sources: [{ repository: SOURCE }] }],
  ])('that does not state %s is refused, and the same without a version is warned of', (place, file) => {
    expect(() => read(yamlOf(file))).toThrow(new RegExp(`^${place} is missing: version 2 requires it; write `));
    expect(read(dump(without(file, 'version'))).warnings).toContainEqual(
      expect.stringContaining(`${place} is not stated`),
    );
  });

  it('needs no threshold where it has no keys', () => {
    expect(read(yamlOf({ version: 2, sources: FULL.sources })).key_threshold).toBe(1);
  });

  it.each<[what: string, text: string, message: RegExp]>([
    ['has no end', dump(FULL), /^it does not end with the line "\.\.\."/],
    ['goes on behind its end', `${yamlOf(FULL)}x: 1\n`, /^it /],
    ['has its end within a line', `${dump(FULL)}# ...\n`, /^it does not end/],
    ['has its version last', `public_good: true\nversion: 2\n...\n`, /^version must be the first field/],
    ['has its version last in JSON', '{"public_good": true, "version": 2}', /^version must be the first field/],
    ['is of version 1', 'version: 1\n...\n', /^version must be 2, or left out/],
    ['is of version 3', 'version: 3\n...\n', /^version must be 2, or left out/],
    ['is of a version as text', 'version: "2"\n...\n', /^version must be 2, or left out/],
    ['has no version there', 'version:\n...\n', /^version must be 2, or left out/],
    [
      'vouches for something else',
      yamlOf({ ...FULL, identities: [{ ...identity, vouches_for: ['vex'] }] }),
      /^identities\.0\.vouches_for must be any, or a list of sbom/,
    ],
    [
      'vouches for nothing',
      yamlOf({ ...FULL, identities: [{ ...identity, vouches_for: [] }] }),
      /^identities\.0\.vouches_for must /,
    ],
    [
      'has another word for no end',
      yamlOf({ ...FULL, keys: [{ ...FULL.keys[0], valid_until: 'any' }] }),
      /^keys\.0\.valid_until must be a timestamp such as \S+, or never/,
    ],
    [
      'has another word for refs',
      yamlOf({ ...FULL, sources: [{ repository: SOURCE, refs: 'all' }] }),
      /^sources\.0\.refs must be any, or a list of refs/,
    ],
    [
      'trusts pull_request_target',
      yamlOf({ ...FULL, identities: [{ ...FULL.identities[0], triggers: ['pull_request_target'] }] }),
      /^identities\.0\.triggers\.0 must not be pull_request_target/,
    ],
    [
      'has a word for triggers',
      yamlOf({ ...FULL, identities: [{ ...FULL.identities[0], triggers: 'any' }] }),
      /^identities\.0\.triggers must be a list/,
    ],
    ['is empty', '', /^it is empty: it may have been cut off/],
    ['is blank', ' \n\n', /^it is empty: it may have been cut off/],
  ])('is refused where it %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it.each([
    ...EXAMPLES,
    ['the one of this test', yamlOf(FULL)] as [string, string],
    ['one that begins with comments', `\ufeff# signed off\n\n---\n# by ann\n${yamlOf(FULL)}`] as [string, string],
  ])('is refused where it is cut off anywhere: %s', (_, text) => {
    const end = text.lastIndexOf('...') + 3;
    expect(() => read(text)).not.toThrow();
    const bytes = Buffer.from(text);
    const taken: number[] = [];
    for (let length = 0; length < end; length += 1) {
      try {
        read(bytes.subarray(0, length).toString('utf8'));
        taken.push(length);
      } catch {}
    }
    expect(taken).toEqual([]);
  });

  it.each([JSON.stringify(FULL), JSON.stringify(FULL, null, 2)])(
    'is refused where its JSON is cut off anywhere',
    (text) => {
      const taken = Array.from({ length: text.lastIndexOf('}') }, (_, length) => length).filter((length) => {
        try {
          read(text.slice(0, length));
          return true;
        } catch {
          return false;
        }
      });
      expect(taken).toEqual([]);
    },
  );
});
