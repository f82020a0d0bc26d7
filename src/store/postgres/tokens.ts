import type { SignInStore, StoredToken, TokenStore } from '../../auth/store.ts';
import { isStorable } from '../../domain/bounds.ts';
import type { Fields, Ledger, OwnSession } from './ledger.ts';
import { pageOf, readPage } from './pages.ts';
import { type Body, one, rowOf } from './rows.ts';
import { locks, owns, reads, writes } from './statements.ts';

export const stores = { tokens: tokenStore };
export const instance = { signIn: signInStore };

const GET_TOKEN = reads('get_token', 'SELECT body::text, last_used_at FROM tokens WHERE tenant = $1 AND id = $2');
const LOCK_TOKEN = locks(
  'lock_token',
  'SELECT body::text, last_used_at FROM tokens WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE',
);
const TOKENS = pageOf('tokens', 'tokens', []);
const USES = reads('token_uses', 'SELECT id, last_used_at FROM tokens WHERE tenant = $1 AND id = ANY ($2)');
const CREATE_TOKEN = writes('create_token', 1);
const UPDATE_TOKEN = writes('update_token', 1);
const TOKEN_BY_ID = owns('token_by_id', 'SELECT tenant, body::text, last_used_at FROM tokens WHERE id = $1');
const TOKEN_USED = owns(
  'token_used',
  'UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
);
const USABLE_TOKEN = owns(
  'usable_token',
  'SELECT 1 AS found FROM tokens WHERE revoked_at IS NULL AND expires_at > $1 ORDER BY expires_at DESC LIMIT 1',
);

type Row = Body & { readonly last_used_at: string | null };

function tokenStore(ledger: Ledger): TokenStore {
  return {
    async create(token, event) {
      const { body, fields } = writtenToken(token);
      await ledger.record(CREATE_TOKEN, event, fields, body);
      return token;
    },
    get: async (id) => tokenOf(await one(ledger.read, GET_TOKEN, id, 'token_not_found')),
    async list(page) {
      const { rows, next } = await readPage<StoredToken>(ledger, 'tokens', TOKENS, [], page);
      const ids = rows.map(({ id }) => id);
      const uses = await ledger.read<{ id: string; last_used_at: string | null }>(USES, ids);
      const known = new Map(uses.map(({ id, last_used_at }) => [id, last_used_at]));
      return { rows: rows.map((row) => ({ ...row, last_used_at: known.get(row.id) ?? null })), next };
    },
    update: (id, change) =>
      ledger.transaction(async ({ lock, record }) => {
        const before = tokenOf(await one(lock, LOCK_TOKEN, id, 'token_not_found'));
        const changed = change(before);
        if (changed === null) return before;
        const { body, fields } = writtenToken(changed.token);
        await record(UPDATE_TOKEN, changed.event, fields, body);
        return { ...changed.token, last_used_at: before.last_used_at };
      }),
  };
}

function signInStore({ look, own }: OwnSession): SignInStore {
  return {
    async token(id) {
      const [row] = isStorable(id) ? await look<Row & { tenant: string }>(TOKEN_BY_ID, id) : [];
      return row === undefined ? null : { tenant: row.tenant, token: tokenOf(row) };
    },
    async used(id, at) {
      if (isStorable(id)) await own(TOKEN_USED, id, at);
    },
    hasUsableToken: async (at) => (await look(USABLE_TOKEN, at)).length > 0,
  };
}

function tokenOf({ body, last_used_at }: Row): StoredToken {
  return { ...rowOf<StoredToken>(body), last_used_at };
}

function writtenToken({ last_used_at: _, ...token }: StoredToken): { body: string; fields: Fields } {
  const body = JSON.stringify(token);
  const { id, expires_at, revoked_at } = token;
  return { body, fields: { id, expires_at, revoked_at, bytes: Buffer.byteLength(body) } };
}
