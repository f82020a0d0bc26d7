import { expect, it } from 'vitest';
import { tokenUses } from '../../src/auth/token-uses.ts';

const NOON = Date.parse('2026-01-31T12:00:00.000Z');

it('a use is noted once a minute and token, to the minute', async () => {
  const noted: [string, string][] = [];
  const used = async (id: string, at: string) => void noted.push([id, at]);
  const uses = tokenUses({ used }, expect.unreachable);
  for (const ms of [0, 1, 30_000, 59_999]) uses.note('a', NOON + ms);
  uses.note('b', NOON + 59_000);
  uses.note('a', NOON + 60_000);
  await uses.settled();
  expect(noted).toEqual([
    ['a', '2026-01-31T12:00:00.000Z'],
    ['b', '2026-01-31T12:00:00.000Z'],
    ['a', '2026-01-31T12:01:00.000Z'],
  ]);
});

it('a note that fails is warned of and thrown nowhere, and the next minute another is tried', async () => {
  const warnings: string[] = [];
  let tried = 0;
  const failing = (fail: () => Promise<void>) => {
    const used = () => {
      tried += 1;
      return fail();
    };
    return tokenUses({ used }, (message) => warnings.push(message));
  };
  const rejects = failing(() => Promise.reject(new Error('the database is away')));
  for (const ms of [0, 1_000, 60_000]) rejects.note('a', NOON + ms);
  await rejects.settled();
  expect(tried).toBe(2);
  expect(warnings[0]).toContain('the database is away');
  const throws = failing(() => {
    throw new Error('at once');
  });
  throws.note('a', NOON);
  await throws.settled();
  expect(warnings.at(-1)).toContain('at once');
});

it('notes are waited for', async () => {
  let land = () => {};
  let landed = false;
  const used = () =>
    new Promise<void>((resolve) => {
      land = resolve;
    });
  const uses = tokenUses({ used }, expect.unreachable);
  uses.note('a', NOON);
  const settled = uses.settled().then(() => {
    landed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(landed).toBe(false);
  land();
  await settled;
  expect(landed).toBe(true);
});

it('10,000 tokens are remembered', () => {
  let notes = 0;
  const uses = tokenUses(
    {
      used: async () => {
        notes += 1;
      },
    },
    expect.unreachable,
  );
  for (let at = 0; at < 10_000; at += 1) uses.note(String(at), NOON);
  uses.note('0', NOON);
  expect(notes).toBe(10_000);
  uses.note('one more', NOON);
  uses.note('0', NOON);
  expect(notes).toBe(10_002);
});
