import { describe, expect, it } from 'vitest';
import { jwtParts } from '../../src/auth/jwt-parts.ts';
import { base64url } from './id-tokens.ts';

const textOf = (header: string, claims: string) => `${base64url(header)}.${base64url(claims)}.c2ln`;
const refusalOf = (text: string) => {
  try {
    return jwtParts(text);
  } catch (error) {
    return (error as { refusal?: string }).refusal;
  }
};

describe('the parts of a JWT', () => {
  it('are its header and its claims, unverified', () => {
    expect(jwtParts(textOf('{"alg":"none"}', '{"sub":"a"}'))).toEqual({
      header: { alg: 'none' },
      claims: { sub: 'a' },
    });
  });

  it.each([
    ['two parts', 'e30.e30', 'malformed'],
    ['four parts', 'e30.e30.c2ln.c2ln', 'malformed'],
    ['the five parts of a JWE', 'e30.e30.c2ln.c2ln.c2ln', 'encrypted'],
    ['an empty part', 'e30..c2ln', 'malformed'],
    ['padding', `${textOf('{}', '{}')}=`, 'malformed'],
    ['padding in the claims', `${base64url('{}')}.e30=.c2ln`, 'malformed'],
    ['characters of plain base64', `${base64url('{}')}.e+/0.c2ln`, 'malformed'],
    ['spare bits that are not 0', `${base64url('{}')}.e31.c2ln`, 'malformed'],
    ['claims in a list', textOf('{}', '[]'), 'malformed'],
    ['claims that are no JSON', textOf('{}', '{'), 'malformed'],
    ['a claim that occurs twice', textOf('{}', '{"sub":"a","sub":"b"}'), 'ambiguous_claims'],
    ['a header that occurs twice', textOf('{"alg":"RS256","alg":"none"}', '{}'), 'ambiguous_claims'],
    ['8,193 characters', `${base64url('{}')}.${'e'.repeat(8_193)}.c2ln`, 'too_large'],
  ])('with %s are refused', (_what, text, code) => {
    expect(refusalOf(text)).toBe(code);
  });
});
