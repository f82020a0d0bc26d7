// What is stored of API tokens: for one tenant, and the look-up of a token whose tenant is not known
// yet.
import type { Page, PageRequest } from '../domain/page.ts';
import type { StoredToken } from './token.ts';
import type { TokenEvent } from './token-events.ts';

export type { StoredToken } from './token.ts';

/** A token as it is to be, and the event that explains it. */
export type TokenChange = { readonly token: StoredToken; readonly event: TokenEvent } | null;

/** The API tokens of one tenant. What holds for every store is in `store/store.ts`. */
export interface TokenStore {
  /** An id belongs to one token of one tenant: one that any tenant has is refused. */
  create(token: StoredToken, event: TokenEvent): Promise<Readonly<StoredToken>>;

  /** Throws `token_not_found`. */
  get(id: string): Promise<Readonly<StoredToken>>;

  /** All tokens of the tenant, revoked ones too. */
  list(page: PageRequest): Promise<Page<StoredToken>>;

  /**
   * Applies `change` to the current token, with no other change to it in between, and returns it as
   * it is afterwards. Where `change` returns null, nothing is written. Throws `token_not_found`, and
   * what `change` throws, having changed nothing. `change` may be called more than once.
   */
  update(id: string, change: (token: Readonly<StoredToken>) => TokenChange): Promise<Readonly<StoredToken>>;
}

/** The tokens of all tenants: a caller is known by a token before the tenant is known. */
export interface SignInStore {
  /** The tenant and the token of that id, as they are now; null where there is none. */
  token(id: string): Promise<{ readonly tenant: string; readonly token: Readonly<StoredToken> } | null>;

  /**
   * Notes that the token was used at `at` (RFC 3339, to the minute), unless it was used later. Writes
   * no event. An unknown id changes nothing.
   */
  used(id: string, at: string): Promise<void>;

  /** Whether there is a token of any tenant that is neither revoked nor expired at `at`. */
  hasUsableToken(at: string): Promise<boolean>;
}
