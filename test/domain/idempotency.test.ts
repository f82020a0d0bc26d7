import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Actor, ANONYMOUS, systemActor } from '../../src/domain/event/actor.ts';
import { idempotencyKey, rememberedSince, replayed, scopeOfActor } from '../../src/domain/idempotency.ts';

const digest = (text: string) => hash('sha256', text, 'base64url');

const once = { scope: 's', fingerprint: 'f', at: '2026-01-31T10:00:00.000Z' };

describe('an Idempotency-Key', () => {
  it('is taken bare or quoted, which is the same', () => {
    for (const [header, key] of [
      ['job-1', 'job-1'],
      ['"job-1"', 'job-1'],
      [' a b ', 'a b'],
      ['"a \\"b\\" \\\\"', 'a "b" \\'],
      ['x'.repeat(255), 'x'.repeat(255)],
      [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    ] as const) {
      expect(idempotencyKey(header)).toBe(key);
    }
  });

  it.each(['', ' ', '""', '"', '"a', '"a"b', 'é', '\u0007', 'x'.repeat(256), `"${'x'.repeat(256)}"`, '"\\x"'])(
    'that reads %j is refused and named',
    (header) => {
      expect(() => idempotencyKey(header)).toThrow(
        expect.objectContaining({
          code: 'validation_failed',
          errors: [expect.objectContaining({ in: 'header', pointer: '/idempotency-key' })],
        }),
      );
    },
  );
});

it('what was made first comes back for the same body, and another body is refused', () => {
  const row = { id: '1' };
  expect(replayed({ fingerprint: 'f', row }, once)).toBe(row);
  expect(() => replayed({ fingerprint: 'g', row }, once)).toThrow(
    expect.objectContaining({ code: 'idempotency_key_reused' }),
  );
  expect(rememberedSince(once.at)).toBe('2026-01-30T10:00:00.000Z');
});

describe('the scope of an actor', () => {
  it('is empty for callers who are not identified, as in the keys that earlier versions stored', () => {
    expect(scopeOfActor(ANONYMOUS, digest)).toBe('');
  });

  it('makes no two actors write the same scope, whatever their ids and keys', () => {
    const long = ['x', 'y'].map((end) => '漢'.repeat(1_024) + end);
    const ids = ['a', 'a POST /x b', 'a"] POST /x b', 'a"', '"', ' ', '', 'é', '\\', ...long, ...long.map(digest)];
    const keys = ['b', 'b POST /x b', '"] POST /x b', '["system","a"] POST /x b'];
    const actors: Actor[] = [ANONYMOUS, ...ids.map(systemActor)];
    const scopes = actors.flatMap((actor) => keys.map((key) => `${scopeOfActor(actor, digest)}POST /x ${key}`));
    expect(new Set(scopes).size).toBe(actors.length * keys.length);
  });

  it('is short enough for an index of PostgreSQL, however long the issuer and the subject are', () => {
    for (const one of ['x', '漢', '\u0001', '"', '💥']) {
      const actor: Actor = { type: 'oidc', id: one.repeat(2_049), name: 'CI' };
      expect(Buffer.byteLength(scopeOfActor(actor, digest))).toBeLessThan(2_000);
      expect(Buffer.byteLength(scopeOfActor({ ...actor, id: one.repeat(500) }, digest))).toBeLessThan(2_000);
    }
  });
});
