import { expect, it } from 'vitest';
import { readAuthFile } from '../../src/auth/auth-file.ts';
import { authInWords } from '../../src/auth/auth-in-words.ts';

it('the words name each issuer, and each grant with its tenant and roles', () => {
  const file = readAuthFile(
    JSON.stringify({
      version: 1,
      issuers: [{ name: 'ci', issuer: 'https://ci.example.com', audience: 'maestro' }],
      grants: [
        { name: 'release', issuer: 'ci', claims: { sub: 'a' }, tenant: 'acme', roles: ['reporter'], owners: 'any' },
        { name: 'look', issuer: 'ci', claims: { team: '*' }, tenant: 'acme', roles: ['reader', 'operator'] },
      ],
    }),
  );
  expect(authInWords(file)).toBe(
    'ID tokens of 1 issuer: ci (https://ci.example.com) are accepted by 2 grants: ' +
      'release (ci -> acme: reporter); look (ci -> acme: reader, operator)',
  );
  const grants = Array.from({ length: 25 }, () => file.grants[0]).flatMap((one) => one ?? []);
  expect(authInWords({ ...file, grants })).toMatch(/25 grants: .+; and 5 more$/);
  expect(authInWords({ version: 1, issuers: [], grants: [] })).toBe('ID tokens of 0 issuers are accepted by 0 grants');
});
