import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readAuthFile } from '../../src/auth/auth-file.ts';

const ISSUER = {
  name: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'https://maestro.example.com',
};
const GRANT = {
  name: 'payments',
  issuer: 'github',
  claims: { repository: 'acme/payment-api', ref: 'refs/heads/main' },
  tenant: 'default',
  roles: ['reporter'],
  owners: ['team-payments'],
};
const FILE = { version: 1, issuers: [ISSUER], grants: [GRANT] };
const yamlOf = (file: object) => `${dump(file)}...\n`;
const withGrant = (change: object) => JSON.stringify({ ...FILE, grants: [{ ...GRANT, ...change }] });
const withIssuer = (change: object) => JSON.stringify({ ...FILE, issuers: [{ ...ISSUER, ...change }] });

describe('the file of issuers and grants', () => {
  it('says the same in YAML and in JSON', () => {
    const read = readAuthFile(yamlOf(FILE));
    expect(read).toEqual({ ...FILE, issuers: [{ ...ISSUER, max_token_age: 3_600 }] });
    expect(readAuthFile(JSON.stringify(FILE))).toEqual(read);
  });

  it.each([yamlOf(FILE), JSON.stringify(FILE), JSON.stringify(FILE, null, 2)])(
    'is refused wherever it is cut off',
    (text) => {
      const ends: number[] = [];
      for (let end = 0; end < text.length; end += 1) {
        try {
          readAuthFile(text.slice(0, end));
          ends.push(end);
        } catch {}
      }
      // Only the line end after the end marker may be missing.
      expect(ends.filter((end) => text.slice(end).trim() !== '')).toEqual([]);
    },
  );

  it.each([
    ['nothing', '', /^it is empty: it may have been cut off/],
    ['a comment', '# nothing\n', /^it is empty/],
    ['braces', '{}', /version must be the first field/],
    ['no version', 'issuers: []\ngrants: []\n...\n', /version must be the first field/],
    ['another version', 'version: 2\nissuers: []\ngrants: []\n...\n', /version must be 1/],
    ['no grants', 'version: 1\nissuers: []\n...\n', /grants is missing/],
    ['a misspelt field', JSON.stringify({ ...FILE, grant: [] }), /unknown field `grant`; did you mean `grants`/],
    ['an alias', 'version: 1\nissuers: &a []\ngrants: *a\n...\n', /aliases/],
    ['an issuer over http', withIssuer({ issuer: 'http://ci.example.com' }), /issuers\.0\.issuer must be an https URL/],
    ['an issuer with userinfo', withIssuer({ issuer: 'https://a@ci.example.com' }), /issuers\.0\.issuer must be/],
    ['an issuer with a query', withIssuer({ issuer: 'https://ci.example.com?x' }), /issuers\.0\.issuer must be/],
    ['an empty audience', withIssuer({ audience: '' }), /issuers\.0\.audience must not be empty/],
    ['an age of days', withIssuer({ max_token_age: 86_401 }), /issuers\.0\.max_token_age/],
    [
      'a private key alone',
      withIssuer({ jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'a', d: 'a' }] } }),
      /issuers\.0\.jwks\.keys must have a public key of an asymmetric algorithm/,
    ],
    ['a shared key alone', withIssuer({ jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }), /issuers\.0\.jwks\.keys/],
    ['an unknown issuer', withGrant({ issuer: 'gitlab' }), /grants\.0\.issuer names none of the issuers in this file/],
    ['no claims', withGrant({ claims: {} }), /grants\.0\.claims must name one claim at least/],
    ['an empty list for a claim', withGrant({ claims: { ...GRANT.claims, ref: [] } }), /grants\.0\.claims\.ref/],
    [
      'a claim that no token can have',
      JSON.stringify(FILE).replace('"claims":{', '"claims":{"__proto__":"a",'),
      /the key `__proto__`, which is not allowed/,
    ],
    ['null for a claim', withGrant({ claims: { ...GRANT.claims, ref: null } }), /grants\.0\.claims\.ref/],
    ['two * in a segment', withGrant({ claims: { ...GRANT.claims, ref: 'refs/heads/*-*' } }), /more than one \*/],
    ['an unknown role', withGrant({ roles: ['root'] }), /grants\.0\.roles\.0 must be reader or reporter/],
    ['no role', withGrant({ roles: [] }), /grants\.0\.roles must name one at least/],
    ['no owners for a reporter', withGrant({ owners: undefined }), /grants\.0 owners is missing/],
    [
      'any project',
      withGrant({ claims: { ref: 'refs/heads/main' } }),
      /grants\.0 claims must name one project exactly/,
    ],
    ['a pattern of projects', withGrant({ claims: { ...GRANT.claims, repository: 'acme/*' } }), /one project exactly/],
    [
      'an owner of projects alone',
      withGrant({ claims: { repository_owner: 'acme', ref: 'x' } }),
      /one project exactly/,
    ],
    [
      'a pipeline without its organisation',
      withGrant({ claims: { pipeline_slug: 'a', build_branch: 'main' } }),
      /project exactly/,
    ],
    ['no ref', withGrant({ claims: { repository: 'acme/a' } }), /grants\.0 claims must name a ref or an environment/],
  ])('is refused with %s', (_what, text, fault) => {
    expect(() => readAuthFile(text)).toThrow(fault);
  });

  it('takes names once', () => {
    expect(() => readAuthFile(JSON.stringify({ ...FILE, grants: [GRANT, GRANT] }))).toThrow(
      'grants.1.name is the name of another grant',
    );
    const other = { ...ISSUER, name: 'again' };
    expect(() => readAuthFile(JSON.stringify({ ...FILE, issuers: [ISSUER, other] }))).toThrow(
      'issuers.1.issuer is that of another issuer',
    );
  });

  it('needs neither project nor owners for a grant that only reads', () => {
    readAuthFile(withGrant({ roles: ['reader'], owners: undefined, claims: { repository_owner: 'acme' } }));
  });
});
