import { describe, expect, it } from 'vitest';
import { createToken, revokeToken, rotateToken } from '../../src/auth/change-token.ts';
import { MAX_GRACE_SECONDS, RotateTokenRequest } from '../../src/auth/token.ts';
import { tokenDigest, tokenIdOf } from '../../src/auth/token-text.ts';
import { ADMIN, AT, callerWith, NEW_TOKEN, newToken, secretOf, stampAt } from './tokens.ts';

const ID = '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f';
const minute = (count: number) => `2026-01-31T10:${String(count).padStart(2, '0')}:00.000Z`;
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('a new token', () => {
  it('has the id and the secret that were made for it, and is stored as a digest', () => {
    const { token, event, text } = newToken({ owners: ['team-*'] }, ID);
    expect(tokenIdOf(text)).toBe(ID);
    expect(token).toEqual({
      ...{ id: ID, name: 'pipeline', roles: ['reporter'], owners: ['team-*'], created_at: AT, created_by: 'caller' },
      ...{ expires_at: '2026-05-01T10:00:00.000Z', rotated_at: null, revoked_at: null, last_used_at: null },
      ...{ digest: tokenDigest(text), previous: null },
    });
    expect(newToken({}, ID, AT, secretOf(2)).text).not.toBe(text);
    const { digest: _, previous: __, last_used_at: ___, ...data } = token;
    expect(event).toMatchObject({ type: 'token.created', run_id: null, token_id: ID, at: AT, actor: ADMIN.actor });
    expect(event.data).toEqual(data);
    expect(JSON.stringify(event)).not.toContain(token.digest);
  });

  it.each([
    ['2026-01-31T10:00:00.001Z', '2026-01-31T10:00:00.001Z'],
    ['2027-02-01T10:00:00Z', '2027-02-01T10:00:00.000Z'],
    ['2026-02-01T12:00:00+01:00', '2026-02-01T11:00:00.000Z'],
    [null, '2026-05-01T10:00:00.000Z'],
  ])('ends when it is told to, at most 366 days ahead: %s', (expires_at, expected) => {
    expect(newToken({ expires_at }).token.expires_at).toBe(expected);
  });

  it.each([
    ['2026-01-31T10:00:00Z', 'body /expires_at: must be in the future'],
    ['1999-01-31T10:00:00Z', 'body /expires_at: must be in the future'],
    ['2027-02-01T10:00:00.001Z', 'body /expires_at: must be at most 366 days from now: 2027-02-01T10:00:00.000Z'],
    ['9999-12-31T23:59:59Z', 'must be at most 366 days from now'],
  ])('does not end at %s', (expires_at, message) => {
    expect(() => newToken({ expires_at })).toThrow(message);
  });

  it('is not made by a caller who lacks what it would have', () => {
    const made = { id: ID, secret: secretOf(1) };
    const create = (changes: object, ...caller: Parameters<typeof callerWith>) =>
      createToken({ ...NEW_TOKEN, ...changes }, made, callerWith(...caller), stampAt());
    expect(() => create({ roles: ['admin'] }, ['reporter'])).toThrow(code('role_not_granted'));
    expect(() => create({ roles: ['operator'] }, ['admin'])).toThrow(code('role_not_granted'));
    expect(() => create({}, ['admin'], ['team-a'])).toThrow(code('owner_not_granted'));
    expect(() => create({ owners: null }, ['admin'], ['team-a'])).toThrow(code('owner_not_granted'));
    expect(create({ owners: ['team-a'] }, ['admin'], ['team-*']).token.owners).toEqual(['team-a']);
  });
});

describe('a rotation', () => {
  const { token, text } = newToken({}, ID);
  const rotate = (request: RotateTokenRequest = {}, current = token, at = minute(1), secret = secretOf(2)) =>
    rotateToken(current, request, secret, ADMIN, stampAt(at));

  it('gives another text to the same token, and leaves the rest as it is', () => {
    const change = rotate();
    expect(tokenIdOf(change.text)).toBe(ID);
    expect(change.text).not.toBe(text);
    expect(change.token).toEqual({ ...token, rotated_at: minute(1), digest: tokenDigest(change.text) });
    expect(change.event).toMatchObject({ type: 'token.rotated', token_id: ID, data: { rotated_at: minute(1) } });
    for (const digest of [token.digest, change.token.digest])
      expect(JSON.stringify(change.event)).not.toContain(digest);
  });

  it('keeps the text before it no longer than the token, where it shortens that', () => {
    const { token } = rotate({ grace_seconds: 600, expires_at: minute(2) });
    expect([token.expires_at, token.previous?.until]).toEqual([minute(2), minute(2)]);
  });

  it('keeps the text before it for the grace period, and no text before that', () => {
    const first = rotate({ grace_seconds: 600 });
    expect(first.token.previous).toEqual({ digest: token.digest, until: minute(11) });
    const second = rotate({ grace_seconds: 60 }, first.token, minute(2), secretOf(3));
    expect(second.token.previous).toEqual({ digest: first.token.digest, until: minute(3) });
    const third = rotate({}, second.token, minute(2), secretOf(4));
    expect(third.token.previous).toBeNull();
    expect(rotate({ grace_seconds: null }, first.token).token.previous).toBeNull();
  });

  it('lets no text live longer than it would have', () => {
    const short = newToken({ expires_at: minute(5) }, ID).token;
    expect(rotate({}, short).token.expires_at).toBe(minute(5));
    const longer = rotate({ grace_seconds: MAX_GRACE_SECONDS, expires_at: '2026-12-31T10:00:00Z' }, short);
    expect(longer.token).toMatchObject({ expires_at: '2026-12-31T10:00:00.000Z', previous: { until: minute(5) } });
  });

  it('is refused to a caller who may do less than the token: the answer would have its text', () => {
    const current = newToken({ roles: ['admin', 'operator'], owners: ['team-a', 'team-b'] }, ID).token;
    const by =
      (...caller: Parameters<typeof callerWith>) =>
      () =>
        rotateToken(current, {}, secretOf(2), callerWith(...caller), stampAt(minute(1)));
    expect(by(['reporter'])).toThrow(code('role_not_granted'));
    expect(by(['admin'])).toThrow(code('role_not_granted'));
    expect(by(['operator'])).toThrow(code('role_not_granted'));
    expect(by(['admin', 'operator'], ['team-a'])).toThrow(code('owner_not_granted'));
    expect(by(['admin', 'operator'], ['team-*'])()).toMatchObject({ token: { roles: ['admin', 'operator'] } });
  });

  it('is refused where the token is revoked or expired, whatever it would end at', () => {
    const revoked = revokeToken(token, stampAt())?.token ?? token;
    expect(() => rotate({}, revoked)).toThrow(code('token_inactive'));
    const request = { expires_at: '2026-12-31T10:00:00Z' };
    expect(() => rotate(request, newToken({ expires_at: minute(1) }, ID).token)).toThrow(
      'The token is expired and cannot be rotated; create another one',
    );
  });

  it('takes no expiry in the past, or more than 366 days ahead', () => {
    for (const expires_at of [minute(1), '2027-02-01T10:01:00.001Z'])
      expect(() => rotate({ expires_at })).toThrow(code('validation_failed'));
  });

  it('cannot be asked for more than 7 days of grace', () => {
    const accepts = (grace_seconds: unknown) => RotateTokenRequest.safeParse({ grace_seconds }).success;
    expect([0, 604_800, null, undefined].map(accepts)).toEqual([true, true, true, true]);
    expect([-1, 604_801, 1.5, '60', Number.POSITIVE_INFINITY].map(accepts)).toEqual(Array(5).fill(false));
  });
});

describe('a revocation', () => {
  it('holds for the current text and the one before', () => {
    const current = rotateToken(newToken({}, ID).token, { grace_seconds: 60 }, secretOf(2), ADMIN, stampAt()).token;
    const change = revokeToken(current, stampAt(minute(1)));
    expect(change?.token).toEqual({ ...current, revoked_at: minute(1), previous: null });
    expect(change?.event).toMatchObject({ type: 'token.revoked', token_id: ID, data: { revoked_at: minute(1) } });
  });

  it('happens once, and is possible after the expiry', () => {
    const { token } = newToken({ expires_at: minute(1) }, ID);
    const revoked = revokeToken(token, stampAt(minute(2)))?.token ?? token;
    expect(revoked.revoked_at).toBe(minute(2));
    expect(revokeToken(revoked, stampAt(minute(3)))).toBeNull();
  });
});
