import { describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/auth/api-tokens.ts';
import type { Role } from '../../src/auth/role.ts';
import { tokenDigest, tokenIdOf, tokenText } from '../../src/auth/token-text.ts';
import { MaestroError } from '../../src/domain/errors.ts';
import { mapSignIns } from './sign-in-store.ts';

const NOON = Date.parse('2026-01-31T12:00:00.000Z');
const iso = (ms: number) => new Date(NOON + ms).toISOString();

function world() {
  const tokens = mapSignIns();
  let at = NOON;
  const verify = apiTokens(tokens.store, () => new Date(at));
  const codeOf = (text: string) =>
    verify(text).then(
      () => 'accepted',
      (error) => (error instanceof MaestroError ? error.code : error),
    );
  return { ...tokens, verify, codeOf, pass: (ms: number) => (at += ms) };
}

const idOf = (text: string) => tokenIdOf(text) ?? '';

/** A text of the same token with another secret, and a right checksum. */
const withOtherSecret = (text: string) => tokenText(idOf(text), new Uint8Array(32).fill(7));

describe('an API token', () => {
  it('is who its row says, for a second at most', async () => {
    const { add, verify } = world();
    const text = add({ roles: ['reader'], owners: ['team-*'], name: 'CI' }, 'acme');
    const { principal, tokenId, from, until } = await verify(text);
    expect(principal).toMatchObject({
      tenant: 'acme',
      actor: { type: 'token', id: idOf(text), name: 'CI' },
      roles: ['reader'],
      owners: ['team-*'],
      expires_at: '2126-01-01T00:00:00.000Z',
    });
    expect(principal.permissions.has('runs:read')).toBe(true);
    expect(principal.permissions.has('runs:write')).toBe(false);
    expect([tokenId, from, until]).toEqual([idOf(text), NOON, NOON + 1_000]);
    expect((await verify(add())).principal.owners).toBe('any');
  });

  it('has the roles that this version knows, where a newer one gave it others too', async () => {
    const { add, verify } = world();
    const { principal } = await verify(add({ roles: ['reader', 'auditor' as Role] }));
    expect(principal.roles).toEqual(['reader']);
    expect((await verify(add({ roles: ['auditor' as Role] }))).principal.permissions.size).toBe(0);
  });

  it('that is mistyped is refused without a look at the store', async () => {
    const { add, codeOf, looks } = world();
    const text = add();
    const other = text.endsWith('0') ? '1' : '0';
    for (const wrong of [
      ...[
        text.slice(0, -1),
        `${text}0`,
        text.slice(0, -1) + other,
        text.toLowerCase(),
        `mst_${text.slice(4).toUpperCase()}`,
      ],
      ...['mst_', 'mst_x', `mst_${text}`, text.replace('mst_', 'mst_0')],
    ])
      expect(await codeOf(wrong), wrong).toBe('token_mistyped');
    expect(looks).toEqual([]);
  });

  it('with another secret, and one that does not exist, have one answer', async () => {
    const { add, verify, codeOf } = world();
    const [text, revoked, expired] = [add(), add({ revoked_at: iso(-1) }), add({ expires_at: iso(-1) })];
    const unknown = tokenText('0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f', new Uint8Array(32));
    const answers = await Promise.all(
      [unknown, ...[text, revoked, expired].map(withOtherSecret)].map((wrong) => verify(wrong).catch((error) => error)),
    );
    expect(new Set(answers.map(({ code, message }) => `${code} ${message}`)).size).toBe(1);
    expect(answers[0].code).toBe('token_unknown');
    expect(await Promise.all([revoked, expired].map(codeOf))).toEqual(['token_revoked', 'token_expired']);
  });

  it('ends at its time, to the millisecond, though its row was read before', async () => {
    const { add, codeOf, verify, pass, looks } = world();
    const text = add({ expires_at: iso(500) });
    expect((await verify(text)).until).toBe(NOON + 500);
    pass(499);
    expect(await codeOf(text)).toBe('accepted');
    pass(1);
    expect(await codeOf(text)).toBe('token_expired');
    expect(looks).toHaveLength(1);
  });

  it('whose times cannot be read is refused', async () => {
    const { add, codeOf } = world();
    expect(await codeOf(add({ expires_at: 'never' }))).toBe('token_expired');
    expect(await codeOf(add({ revoked_at: 'once' }))).toBe('token_revoked');
  });

  it('whose text is new is accepted at once after a rotation, though its row was read a moment ago', async () => {
    const { add, change, codeOf } = world();
    const text = add();
    expect(await codeOf(text)).toBe('accepted');
    const next = withOtherSecret(text);
    change(idOf(text), { digest: tokenDigest(next) });
    expect(await codeOf(next)).toBe('accepted');
    expect(await codeOf(text)).toBe('token_unknown');
  });

  it('that was rotated is accepted until the grace is over, and as a former text afterwards', async () => {
    const { add, change, codeOf, verify, pass } = world();
    const text = add();
    const next = withOtherSecret(text);
    const previous = { digest: tokenDigest(text), until: iso(600) };
    change(idOf(text), { digest: tokenDigest(next), previous });
    expect((await verify(text)).until).toBe(NOON + 600);
    expect((await verify(next)).until).toBe(NOON + 1_000);
    pass(600);
    expect([await codeOf(text), await codeOf(next)]).toEqual(['token_revoked', 'accepted']);
    change(idOf(text), { previous: { ...previous, until: 'always' } });
    pass(1_000);
    expect(await codeOf(text)).toBe('token_revoked');
    change(idOf(text), { previous: { ...previous, until: iso(90_000) }, revoked_at: iso(0) });
    pass(1_000);
    expect([await codeOf(text), await codeOf(next)]).toEqual(['token_revoked', 'token_revoked']);
  });
});

describe('its row', () => {
  it('is read once a second, whoever asks, and a revocation is seen then', async () => {
    const { add, change, codeOf, pass, looks } = world();
    const text = add();
    expect(new Set(await Promise.all(Array.from({ length: 64 }, () => codeOf(text))))).toEqual(new Set(['accepted']));
    pass(999);
    expect(await codeOf(text)).toBe('accepted');
    expect(looks).toHaveLength(1);
    change(idOf(text), { revoked_at: iso(999) });
    expect(await codeOf(text)).toBe('accepted');
    pass(1);
    expect(await codeOf(text)).toBe('token_revoked');
    expect(looks).toHaveLength(2);
  });

  it('is not shared by who asks a second after the look began: it might not see a revocation', async () => {
    const { add, store } = mapSignIns();
    const text = add();
    let at = NOON;
    const held: (() => void)[] = [];
    const verify = apiTokens(
      { token: (id) => new Promise((resolve) => held.push(() => resolve(store.token(id)))) },
      () => new Date(at),
    );
    const early = verify(text);
    at += 999;
    const joined = verify(text);
    expect(held).toHaveLength(1);
    at += 1;
    const late = verify(text);
    expect(held).toHaveLength(2);
    for (const answer of held) answer();
    expect((await early).until).toBe(NOON + 1_000);
    expect((await joined).until).toBe(NOON + 1_000);
    expect((await late).until).toBe(NOON + 2_000);
  });

  it('is read again where the clock was set back', async () => {
    const { add, codeOf, pass, looks } = world();
    const text = add();
    await codeOf(text);
    pass(-10_000);
    await codeOf(text);
    expect(looks).toHaveLength(2);
  });

  it('that was missing is looked up again at once: the token may exist by now', async () => {
    const { add, codeOf, looks } = world();
    const id = '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f';
    const text = tokenText(id, new Uint8Array(32));
    expect(await codeOf(text)).toBe('token_unknown');
    add({ id, digest: tokenDigest(text) });
    expect(await codeOf(text)).toBe('accepted');
    expect(looks).toHaveLength(2);
  });

  it('that cannot be read is no pass: 503 for all who ask, also after it was read before', async () => {
    const { add, store } = mapSignIns();
    const text = add();
    let at = NOON;
    let failure: unknown = null;
    const verify = apiTokens(
      { token: (id) => (failure === null ? store.token(id) : Promise.reject(failure)) },
      () => new Date(at),
    );
    await verify(text);
    for (const error of [new MaestroError('store_unavailable', 'away'), new Error('a defect'), 'no error', undefined]) {
      at += 1_000;
      failure = error ?? new TypeError();
      const answers = await Promise.all([verify(text), verify(text)].map((one) => one.catch(({ code }) => code)));
      expect(answers).toEqual(['store_unavailable', 'store_unavailable']);
    }
    failure = null;
    expect((await verify(text)).tokenId).toBe(idOf(text));
  });
});
