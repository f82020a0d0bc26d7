// A SignInStore over a map, and tokens in it.
import { v7 as uuidv7 } from 'uuid';
import type { SignInStore } from '../../src/auth/store.ts';
import type { StoredToken } from '../../src/auth/token.ts';
import { tokenDigest, tokenText } from '../../src/auth/token-text.ts';

type Row = { tenant: string; token: StoredToken };

/** A token that expires far in the future, and its text. */
export function newToken(changes: Partial<StoredToken> = {}): { text: string; token: StoredToken } {
  const id = changes.id ?? uuidv7();
  const text = tokenText(id, crypto.getRandomValues(new Uint8Array(32)));
  const token: StoredToken = {
    ...{ id, name: 'pipeline', roles: ['reporter'], owners: null },
    ...{ created_at: '2026-01-01T00:00:00.000Z', created_by: 'system:token create' },
    ...{ expires_at: '2126-01-01T00:00:00.000Z', rotated_at: null, revoked_at: null, last_used_at: null },
    ...{ digest: tokenDigest(text), previous: null },
    ...changes,
  };
  return { text, token };
}

/** `looks` are the ids that were looked up, `uses` the notes of uses; both in order. */
export function mapSignIns() {
  const rows = new Map<string, Row>();
  const looks: string[] = [];
  const uses: [id: string, at: string][] = [];
  const store: SignInStore = {
    async token(id) {
      looks.push(id);
      const row = rows.get(id);
      return row === undefined ? null : structuredClone(row);
    },
    async used(id, at) {
      uses.push([id, at]);
    },
    async hasUsableToken(at) {
      return [...rows.values()].some(({ token }) => token.revoked_at === null && token.expires_at > at);
    },
  };
  return {
    ...{ store, looks, uses },
    /** Adds a token, and returns its text. */
    add(changes: Partial<StoredToken> = {}, tenant = 'default'): string {
      const { text, token } = newToken(changes);
      rows.set(token.id, { tenant, token });
      return text;
    },
    /** Changes the row of a token as another process would. */
    change(id: string, changes: Partial<StoredToken>): void {
      const row = rows.get(id);
      if (row === undefined) throw new Error('no such token');
      rows.set(id, { ...row, token: { ...row.token, ...changes } });
    },
  };
}
