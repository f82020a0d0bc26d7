import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { revokeToken, rotateToken } from '../../../src/auth/change-token.ts';
import type { StoredToken } from '../../../src/auth/store.ts';
import { ADMIN, AT, newToken, secretOf, stampAt } from '../../auth/tokens.ts';
import { addRun, allEvents, FIRST_PAGE, type Given, pages } from './kit.ts';

async function addToken({ store }: Pick<Given, 'store'>, ...made: Parameters<typeof newToken>): Promise<StoredToken> {
  const { token, event } = newToken(...made);
  return store.tokens.create(token, event);
}

const renamed = (token: Readonly<StoredToken>, name: string) => ({
  token: { ...token, name },
  event: newToken({ name }, token.id).event,
});

function rowsContract(given: Given): void {
  describe('tokens', () => {
    it('are given back as they were written, with their event beside them', async () => {
      const { token, event } = newToken({ owners: ['team-*'], roles: ['admin', 'operator'], name: '💥 "\\u0000"' });
      expect(await given.store.tokens.create(token, event)).toEqual(token);
      expect(await given.store.tokens.get(token.id)).toEqual(token);
      expect((await given.store.tokens.list(FIRST_PAGE)).rows).toEqual([token]);
      expect(await given.stores.instance.signIn.token(token.id)).toEqual({ tenant: expect.any(String), token });
      expect(await allEvents(given.store)).toEqual([event]);
    });

    it('are listed newest first, in pages', async () => {
      const added = [];
      for (let count = 0; count < 5; count += 1) added.push(await addToken(given));
      await given.stores.instance.signIn.used(added[3]?.id ?? '', AT);
      const listed = await pages((page) => given.store.tokens.list(page), 2);
      expect(listed.map(({ id }) => id)).toEqual(added.map(({ id }) => id).reverse());
      expect(listed.map(({ last_used_at }) => last_used_at)).toEqual([null, AT, null, null, null]);
      const { next } = await given.store.tokens.list({ limit: 2, cursor: null });
      await expect(given.store.runs.list({}, { limit: 2, cursor: next })).rejects.toMatchObject({
        code: 'validation_failed',
      });
    });

    it('are not found under ids that there are not, whatever they look like', async () => {
      for (const id of ['', uuidv7(), '__proto__', 'constructor', '\0', '\ud800', 'x'.repeat(5_000)]) {
        await expect(given.store.tokens.get(id)).rejects.toMatchObject({ code: 'token_not_found' });
        const update = given.store.tokens.update(id, (token) => renamed(token, 'other'));
        await expect(update).rejects.toMatchObject({ code: 'token_not_found' });
        expect(await given.stores.instance.signIn.token(id)).toBeNull();
        await given.stores.instance.signIn.used(id, AT);
      }
      expect(await allEvents(given.store)).toEqual([]);
    });

    it('of one tenant are not seen or changed by another, nor is an id taken twice', async () => {
      const other = given.stores.of(uuidv7());
      const token = await addToken(given);
      await expect(other.tokens.get(token.id)).rejects.toMatchObject({ code: 'token_not_found' });
      const change = other.tokens.update(token.id, (current) => revokeToken(current, stampAt()));
      await expect(change).rejects.toMatchObject({ code: 'token_not_found' });
      expect((await other.tokens.list(FIRST_PAGE)).rows).toEqual([]);
      for (const store of [given.store, other])
        await expect(addToken({ store }, { name: 'second', roles: ['admin'] }, token.id)).rejects.toThrow();
      expect(await allEvents(other)).toEqual([]);
      expect(await allEvents(given.store)).toHaveLength(1);
      expect((await given.stores.instance.signIn.token(token.id))?.token).toEqual(token);
    });

    it('cannot be changed for others by whoever is handed one', async () => {
      const { id } = await addToken(given, { owners: ['team-a'] });
      const change = async () => {
        const token = (await given.store.tokens.get(id)) as unknown as { roles: string[]; owners: string[] };
        token.roles.push('admin');
        token.owners.push('team-b');
      };
      await change().catch((error) => expect(error).toBeInstanceOf(TypeError));
      expect(await given.store.tokens.get(id)).toMatchObject({ roles: ['reporter'], owners: ['team-a'] });
    });
  });
}

function updatesContract(given: Given): void {
  describe('updates of tokens', () => {
    it('land one after the other, each with its event', async () => {
      const { id } = await addToken(given, { name: '0' });
      const grow = () => given.store.tokens.update(id, (token) => renamed(token, `${Number(token.name) + 1}`));
      await Promise.all(Array.from({ length: 20 }, grow));
      expect((await given.store.tokens.get(id)).name).toBe('20');
      const names = (await allEvents(given.store)).map(({ data }) => Number((data as { name: string }).name));
      expect(names).toEqual(Array.from({ length: 21 }, (_, index) => index));
    });

    it('change nothing where they return null or throw', async () => {
      const token = await addToken(given);
      expect(await given.store.tokens.update(token.id, () => null)).toEqual(token);
      const broken = given.store.tokens.update(token.id, () => {
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      expect(await given.store.tokens.get(token.id)).toEqual(token);
      expect(await allEvents(given.store)).toHaveLength(1);
    });

    it('keep what a rotation and a revocation say', async () => {
      const { id, digest } = await addToken(given);
      const rotated = await given.store.tokens.update(id, (token) =>
        rotateToken(token, { grace_seconds: 60 }, secretOf(2), ADMIN, stampAt()),
      );
      expect(rotated).toMatchObject({ rotated_at: AT, previous: { digest, until: '2026-01-31T10:01:00.000Z' } });
      expect(await given.store.tokens.get(id)).toEqual(rotated);
      const revoked = await given.store.tokens.update(id, (token) => revokeToken(token, stampAt()));
      expect((await given.stores.instance.signIn.token(id))?.token).toEqual(revoked);
      expect(revoked).toMatchObject({ revoked_at: AT, previous: null });
      expect((await allEvents(given.store)).map(({ type }) => type as string)).toEqual([
        'token.created',
        'token.rotated',
        'token.revoked',
      ]);
    });

    it('stay in the order of the log beside those of runs', async () => {
      await addRun(given.store);
      await addToken(given);
      await addRun(given.store);
      expect((await allEvents(given.store)).map(({ type, run_id }) => [type, run_id === null])).toEqual([
        ['run.created', false],
        ['token.created', true],
        ['run.created', false],
      ]);
    });
  });
}

function usesContract(given: Given): void {
  describe('the use of a token', () => {
    const later = '2026-01-31T10:05:00.000Z';

    it('is noted without an event, and never goes back', async () => {
      const { id } = await addToken(given);
      const { signIn } = given.stores.instance;
      const seen = async () => (await given.store.tokens.get(id)).last_used_at;
      await signIn.used(id, later);
      expect(await seen()).toBe(later);
      await signIn.used(id, AT);
      expect(await seen()).toBe(later);
      expect((await signIn.token(id))?.token.last_used_at).toBe(later);
      expect(await allEvents(given.store)).toHaveLength(1);
    });

    it('is not lost by an update', async () => {
      const { id } = await addToken(given);
      await given.stores.instance.signIn.used(id, later);
      const updated = await given.store.tokens.update(id, (token) => renamed({ ...token, last_used_at: null }, 'new'));
      expect(updated).toMatchObject({ name: 'new', last_used_at: later });
      expect(await given.store.tokens.get(id)).toEqual(updated);
    });

    it('is asked for before there is a tenant: whether any token can be used', async () => {
      const { signIn } = given.stores.instance;
      // Later than any token of other cases.
      const at = '2040-01-01T00:00:00.000Z';
      expect(await signIn.hasUsableToken(at)).toBe(false);
      const { id } = await addToken(given, { expires_at: null }, uuidv7(), at);
      expect(await signIn.hasUsableToken(at)).toBe(true);
      expect(await signIn.hasUsableToken('2040-03-31T00:00:00.000Z')).toBe(false);
      await given.store.tokens.update(id, (token) => revokeToken(token, stampAt(at)));
      expect(await signIn.hasUsableToken(at)).toBe(false);
    });
  });
}

export function tokensContract(given: Given): void {
  rowsContract(given);
  updatesContract(given);
  usesContract(given);
}
