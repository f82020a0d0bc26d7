import { describe, expect, it } from 'vitest';
import { revokeToken, rotateToken } from '../../src/auth/change-token.ts';
import type { Role } from '../../src/auth/role.ts';
import { CreatedToken, CreateTokenRequest, shownToken, statusOf, Token } from '../../src/auth/token.ts';
import { tokenIdOf } from '../../src/auth/token-text.ts';
import { ADMIN, AT, NEW_TOKEN, newToken, secretOf, stampAt } from './tokens.ts';

const LATER = '2026-01-31T10:00:00.001Z';
const END = '2026-01-31T10:01:00.000Z';

describe('what is asked for', () => {
  const accepts = (changes: object) => CreateTokenRequest.safeParse({ ...NEW_TOKEN, ...changes }).success;

  it('is a name and roles, and if wanted owners and an end', () => {
    for (const changes of [{}, { owners: null, expires_at: null }, { owners: ['team-a', 'web/*'], expires_at: END }])
      expect(accepts(changes)).toBe(true);
  });

  it.each([
    'id',
    'tenant',
    'actor',
    'created_by',
    'created_at',
    'digest',
    'previous',
    'token',
    'secret',
    'permissions',
  ])('is refused where it sets %s', (field) => {
    expect(accepts({ [field]: 'x' })).toBe(false);
  });

  it.each([
    ['no name', { name: '' }],
    ['no role', { roles: [] }],
    ['an unknown role', { roles: ['root'] }],
    ['one role twice', { roles: ['reader', 'reader'] }],
    ['a role that is no list', { roles: 'reader' }],
    ['no owner', { owners: [] }],
    ['one owner twice', { owners: ['a', 'a'] }],
    ['a pattern with two * in a segment', { owners: ['*a*'] }],
    ['an owner of no characters', { owners: [''] }],
    ['101 owners', { owners: Array.from({ length: 101 }, (_, index) => `o${index}`) }],
    ['a day without a time', { expires_at: '2026-05-01' }],
    ['a NUL', { name: 'a\0b' }],
  ])('is refused where it names %s', (_what, changes) => {
    expect(accepts(changes)).toBe(false);
  });
});

describe('a token as it is shown', () => {
  const { token } = newToken({ owners: ['team-a'], expires_at: END });

  it('has no digest and no text', () => {
    const shown = shownToken(token, AT);
    expect(Object.keys(shown)).toEqual(Object.keys(Token.shape));
    expect(JSON.stringify(shown)).not.toContain(token.digest);
    expect(Token.strict().parse(shown)).toEqual(shown);
  });

  it('is shown without a role of a newer version, which no answer may name', () => {
    const shown = shownToken({ ...token, roles: ['reader', 'auditor' as Role] }, AT);
    expect(Token.strict().parse(shown).roles).toEqual(['reader']);
  });

  it('is active until it ends or is revoked', () => {
    const revoked = revokeToken(token, stampAt())?.token ?? token;
    expect([statusOf(token, AT), statusOf(token, END)]).toEqual(['active', 'expired']);
    expect([statusOf(revoked, AT), statusOf(revoked, END)]).toEqual(['revoked', 'revoked']);
    expect(shownToken(token, END).status).toBe('expired');
  });

  it('says until when its previous text is accepted, as long as it is', () => {
    const rotated = rotateToken(token, { grace_seconds: 30 }, secretOf(2), ADMIN, stampAt()).token;
    const until = '2026-01-31T10:00:30.000Z';
    expect(shownToken(rotated, LATER).previous_until).toBe(until);
    expect(shownToken(rotated, until).previous_until).toBeNull();
    expect(shownToken(revokeToken(rotated, stampAt())?.token ?? rotated, LATER).previous_until).toBeNull();
  });
});

it('the example of a text is that of the token in the other examples', () => {
  const [example] = (CreatedToken.shape.token.meta()?.examples ?? []) as string[];
  expect([tokenIdOf(example ?? '')]).toEqual(Token.shape.id.meta()?.examples);
});
