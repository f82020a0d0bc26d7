import type { SignInStore, StoredToken, TokenStore } from '../../auth/store.ts';
import type { MemoryInstance, MemoryTenant } from './memory.ts';
import { found, openTable, type Table } from './table.ts';

export const stores = { tokens: tokenStore };
export const instance = { signIn: signInStore };

/** The tokens of all tenants. */
type AllTokens = {
  /** Where each token is, by its id. */
  readonly places: Map<string, { readonly tenant: string; readonly table: Table<StoredToken> }>;
  /** Last uses, which change without an event. */
  readonly uses: Map<string, string>;
};

const openAll = (): AllTokens => ({ places: new Map(), uses: new Map() });

const ALL = 'all';

function tokenStore({ name: tenant, ledger, instance }: MemoryTenant): TokenStore {
  const { places, uses } = instance.shared(openAll);
  const table = openTable<StoredToken>('tokens', () => [ALL], bytesOf);
  const get = (id: string) => withUse(found(table, id, 'token_not_found'), uses);
  return {
    async create(token, event) {
      if (places.has(token.id)) throw new Error(`a token with the id ${token.id} exists`);
      return ledger.record(event, (entry) => {
        places.set(token.id, { tenant, table });
        return table.insert(entry, token);
      });
    },
    get: async (id) => get(id),
    async list(page) {
      const { rows, next } = table.page(ALL, page);
      return { rows: rows.map((row) => withUse(row, uses)), next };
    },
    async update(id, change) {
      const before = get(id);
      const changed = change(before);
      if (changed === null) return before;
      return withUse(
        ledger.record(changed.event, (entry) => table.put(entry, changed.token)),
        uses,
      );
    },
  };
}

function signInStore(all: MemoryInstance): SignInStore {
  const { places, uses } = all.shared(openAll);
  return {
    async token(id) {
      const place = places.get(id);
      const row = place?.table.get(id);
      return place === undefined || row === undefined ? null : { tenant: place.tenant, token: withUse(row, uses) };
    },
    async used(id, at) {
      if (places.has(id) && (uses.get(id) ?? '') < at) uses.set(id, at);
    },
    async hasUsableToken(at) {
      for (const [id, { table }] of places) {
        const row = table.get(id);
        if (row !== undefined && row.revoked_at === null && row.expires_at > at) return true;
      }
      return false;
    },
  };
}

function withUse(row: Readonly<StoredToken>, uses: AllTokens['uses']): Readonly<StoredToken> {
  const last_used_at = uses.get(row.id) ?? row.last_used_at;
  return last_used_at === row.last_used_at ? row : Object.freeze({ ...row, last_used_at });
}

const bytesOf = (token: Readonly<StoredToken>) => Buffer.byteLength(JSON.stringify(token));
