import { describe, expect, it } from 'vitest';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { newKey } from '../trust/signing.ts';
import { GITHUB, SIGNER, SINCE, SOURCE } from '../trust/trusted.ts';

const FULL = {
  version: 2,
  public_good: true,
  key_threshold: 1,
  keys: [
    { name: 'one', pem: newKey().pem, valid_from: '2026-01-01T00:00:00Z', valid_until: 'never', vouches_for: ['sbom'] },
  ],
  identities: [{ name: 'release', issuer: GITHUB, subject: SIGNER.subject, vouches_for: 'any' }],
  builders: [{ id: SIGNER.subject, identities: ['release'], keys: ['one'] }],
  sources: [{ repository: SOURCE, refs: 'any' }],
};
const read = (text: string) => readTrustPolicy(text, SINCE);

describe('what is wrong with a trust file', () => {
  const FIELDS: [place: (string | number)[], file: () => Record<string, unknown>][] = [
    ...['version', 'public_good', 'npm', 'roots', 'keys', 'key_threshold', 'identities', 'builders', 'sources'].map(
      (name): [(string | number)[], () => Record<string, unknown>] => [[name], () => structuredClone(FULL)],
    ),
    ...(
      [
        [
          'keys',
          [
            'name',
            'pem',
            'jwk',
            'algorithms',
            'valid_from',
            'valid_until',
            'predicate_types',
            'vouches_for',
            'triggers',
          ],
        ],
        ['identities', ['name', 'root', 'issuer', 'subject', 'predicate_types', 'vouches_for', 'triggers']],
        ['builders', ['id', 'identities', 'keys', 'delegated', 'parameters', 'runner']],
        ['sources', ['repository', 'refs']],
      ] as const
    ).flatMap(([list, names]) =>
      names.map((name): [(string | number)[], () => Record<string, unknown>] => [
        [list, 0, name],
        () => structuredClone(FULL),
      ]),
    ),
  ];

  it.each(FIELDS)('is described in words, led by its place: %j', (place, file) => {
    for (const bad of [null, 7, 1.5, true, '', 'x\ny', [], [null], [7], {}, { a: 1 }, ['x'.repeat(2_000)]]) {
      const damaged = file();
      const [last, ...before] = [...place].reverse();
      // biome-ignore lint/suspicious/noExplicitAny: any field of any entry is damaged.
      const holder = before.reverse().reduce<any>((at, name) => at[name], damaged);
      holder[last as string] = bad;
      let message = '';
      try {
        read(JSON.stringify(damaged));
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).not.toMatch(/invalid|expected|received|unrecognized|zod|undefined|union|discriminator/i);
      if (message !== '')
        expect(message).toMatch(
          /^(?:it |version|roots|keys|key_threshold|public_good|npm|identities|builders|sources)/,
        );
    }
  });
});
