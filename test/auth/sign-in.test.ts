import { describe, expect, it } from 'vitest';
import { adminToken } from '../../src/auth/admin-token.ts';
import { apiTokens } from '../../src/auth/api-tokens.ts';
import { failedSignIns } from '../../src/auth/failed-sign-ins.ts';
import type { Principal } from '../../src/auth/principal.ts';
import { type SignInWith, signIn } from '../../src/auth/sign-in.ts';
import { tokenIdOf, tokenText } from '../../src/auth/token-text.ts';
import { tokenUses } from '../../src/auth/token-uses.ts';
import type { Verified } from '../../src/auth/verified.ts';
import { MaestroError } from '../../src/domain/errors.ts';
import { mapSignIns } from './sign-in-store.ts';

const NOON = Date.parse('2026-01-31T12:00:00.000Z');
const SECRET = '0123456789abcdef0123456789abcdef';
const JOB = { actor: { type: 'oidc', id: 'issuer job', name: 'job' } } as Principal;

function world(changes: Partial<SignInWith> = {}) {
  const tokens = mapSignIns();
  let at = NOON;
  const now = () => new Date(at);
  const uses = tokenUses(tokens.store, expect.unreachable);
  const failed = failedSignIns(now);
  const known = signIn({
    ...{
      admin: adminToken(SECRET, 'default'),
      apiTokens: apiTokens(tokens.store, now),
      idTokens: null,
      uses,
      failed,
      now,
    },
    ...changes,
  });
  const send = (header: string | null, address = '192.0.2.1') =>
    known.principal(header === null ? [] : ['Authorization', header], () => address);
  const codeOf = async (header: string | null, address?: string) => {
    try {
      return (await send(header, address)).actor.id;
    } catch (error) {
      return (error as MaestroError).code;
    }
  };
  return { ...tokens, known, failed, send, codeOf, pass: (ms: number) => (at += ms), at: () => at };
}

/** A verifier of ID tokens that accepts all. */
const accepting = (at: () => number, ms: number) => async (): Promise<Verified> => ({
  principal: JOB,
  tokenId: null,
  from: at(),
  until: at() + ms,
});

describe('a credential', () => {
  it('of each kind is made out by its form', async () => {
    const { add, codeOf } = world({ idTokens: accepting(() => NOON, 1_000) });
    const text = add();
    expect(await codeOf(`Bearer ${text}`)).toBe(tokenIdOf(text));
    expect(await codeOf(`bearer ${text}`)).toBe(tokenIdOf(text));
    expect(await codeOf(`Bearer ${SECRET}`)).toBe('admin-token-file');
    expect(await codeOf('Bearer a.b.c')).toBe('issuer job');
    expect(await codeOf('Bearer a.b.c.d.e')).toBe('issuer job');
    for (const other of ['abc', SECRET.slice(1), `${SECRET}0`])
      expect(await codeOf(`Bearer ${other}`, other), other).toBe('token_unknown');
    for (const other of [text.toUpperCase(), text.slice(0, -1), `${text}0`])
      expect(await codeOf(`Bearer ${other}`, other), other).toBe('token_mistyped');
  });

  it('that is missing or malformed is refused at once as that', async () => {
    const { codeOf, known } = world();
    expect(() => known.principal([], () => '')).toThrow(expect.objectContaining({ code: 'credentials_missing' }));
    for (const header of ['', 'Bearer', `Basic ${SECRET}`, `Bearer  ${SECRET}`, `Bearer ${SECRET} x`, SECRET])
      expect(await codeOf(header, header), header).toBe('credentials_malformed');
    const two = ['Authorization', `Bearer ${SECRET}`, 'authorization', `Bearer ${SECRET}`];
    await expect(known.principal(two, () => 'two')).rejects.toMatchObject({ code: 'credentials_malformed' });
  });

  it('whose kind is not set up is unknown', async () => {
    const { add, codeOf } = world({ apiTokens: null, admin: null });
    const text = add();
    expect(await codeOf(`Bearer ${text}`)).toBe('token_unknown');
    expect(await codeOf(`Bearer ${text}0`)).toBe('token_mistyped');
    expect(await codeOf(`Bearer ${SECRET}`)).toBe('token_unknown');
    expect(await codeOf('Bearer a.b.c')).toBe('id_token_issuer_unknown');
  });
});

describe('a credential that was seen', () => {
  it('is known at once, without a promise and without a look', async () => {
    const { add, send, looks, pass } = world();
    const header = `Bearer ${add()}`;
    const first = await send(header);
    pass(999);
    expect(send(header)).toBe(first);
    expect(looks).toHaveLength(1);
    pass(1);
    expect(send(header)).toBeInstanceOf(Promise);
    await send(header);
    expect(looks).toHaveLength(2);
  });

  it('is refused once it was revoked or has expired, seen or not', async () => {
    const { add, change, codeOf, send, pass } = world();
    const [revoked, expired] = [add(), add({ expires_at: new Date(NOON + 500).toISOString() })];
    for (const text of [revoked, expired]) await send(`Bearer ${text}`);
    change(tokenIdOf(revoked) ?? '', { revoked_at: new Date(NOON).toISOString() });
    pass(500);
    expect(await codeOf(`Bearer ${expired}`)).toBe('token_expired');
    pass(500);
    expect(await codeOf(`Bearer ${revoked}`)).toBe('token_revoked');
  });

  it('is verified again where the clock was set back', async () => {
    const { add, send, looks, pass } = world();
    const header = `Bearer ${add()}`;
    await send(header);
    pass(-3_600_000);
    await send(header);
    expect(looks).toHaveLength(2);
  });

  it('is verified again once all was forgotten, also one that was verified meanwhile', async () => {
    let verified = 0;
    let release = () => {};
    const held = async () => {
      verified += 1;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return accepting(() => NOON, 60_000)();
    };
    const { send, known } = world({ idTokens: held });
    const first = send('Bearer a.b.c');
    known.forget();
    release();
    expect((await first).actor.id).toBe('issuer job');
    expect(known.size()).toBe(0);
    const second = send('Bearer a.b.c');
    release();
    await second;
    expect(send('Bearer a.b.c')).toBe(JOB);
    known.forget();
    expect(send('Bearer a.b.c')).toBeInstanceOf(Promise);
    expect(verified).toBe(3);
  });

  it('that ended while it was verified is good for no further request', async () => {
    const { send, pass, known } = world({
      idTokens: async () => ({ principal: JOB, tokenId: null, from: NOON, until: NOON + 1_000 }),
    });
    const first = send('Bearer a.b.c');
    pass(1_000);
    await first;
    expect(known.size()).toBe(0);
  });

  it('is remembered for 10,000 credentials, and a wrong one never', async () => {
    const { codeOf, known, failed } = world({ idTokens: accepting(() => NOON, 60_000) });
    for (let at = 0; at < 10_100; at += 1) await codeOf(`Bearer a.b.${at}`);
    expect(known.size()).toBe(10_000);
    known.forget();
    for (let at = 0; at < 10_000; at += 1) {
      const text = tokenText(`0199a1c2-6d2a-7b3c-8e1f-${String(at).padStart(12, '0')}`, new Uint8Array(32));
      await codeOf(`Bearer ${text}`, `address ${at}`);
      await codeOf(`Bearer ${at}`, `other ${at}`);
    }
    expect([known.size(), failed.size()]).toEqual([0, 10_000]);
  });
});

describe('a failed sign-in', () => {
  const unknown = `Bearer ${tokenText('0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f', new Uint8Array(32))}`;

  it('counts for its address, and a right credential of that address is accepted all the while', async () => {
    const { add, codeOf } = world();
    const right = `Bearer ${add()}`;
    for (let count = 0; count < 20; count += 1) expect(await codeOf(unknown)).toBe('token_unknown');
    expect(await codeOf(unknown)).toBe('too_many_sign_ins');
    expect(await codeOf('Bearer')).toBe('too_many_sign_ins');
    expect(await codeOf(right)).not.toBe('too_many_sign_ins');
    expect(await codeOf(`Bearer ${SECRET}`)).toBe('admin-token-file');
    expect(await codeOf(unknown, '192.0.2.2')).toBe('token_unknown');
    expect(await codeOf(null)).toBe('credentials_missing');
  });

  it.each(['credentials_missing', 'no_grant', 'issuer_unavailable', 'store_unavailable'] as const)(
    'is none where it is answered %s',
    async (code) => {
      const fail = () => Promise.reject(new MaestroError(code, code));
      const { codeOf } = world({ idTokens: fail });
      const header = code === 'credentials_missing' ? null : 'Bearer a.b.c';
      for (let count = 0; count < 50; count += 1) expect(await codeOf(header)).toBe(code);
      expect(await codeOf(unknown)).toBe('token_unknown');
    },
  );

  it('is none where something broke, which is no pass either', async () => {
    const { send } = world({ idTokens: () => Promise.reject(new TypeError('a defect')) });
    for (let count = 0; count < 50; count += 1) await expect(send('Bearer a.b.c')).rejects.toThrow('a defect');
  });
});

describe('the use of a token', () => {
  it('is noted once a minute, seen or not, and for a right one alone', async () => {
    const { add, send, codeOf, pass, uses } = world();
    const text = add();
    for (let count = 0; count < 5; count += 1) {
      await send(`Bearer ${text}`);
      pass(500);
    }
    pass(60_000);
    await send(`Bearer ${text}`);
    await codeOf(`Bearer ${tokenText(tokenIdOf(text) ?? '', new Uint8Array(32))}`);
    await codeOf(`Bearer ${SECRET}`);
    const id = tokenIdOf(text);
    expect(uses).toEqual([
      [id, '2026-01-31T12:00:00.000Z'],
      [id, '2026-01-31T12:01:00.000Z'],
    ]);
  });
});
