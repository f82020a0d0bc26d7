// Finds out who calls, by the credential in the headers of a request.
import type { IncomingMessage } from 'node:http';
import { type ErrorCode, MaestroError } from '../domain/errors.ts';
import { bearerToken } from './bearer.ts';
import { failedSignIns } from './failed-sign-ins.ts';
import { type Known, keptCallers } from './kept-callers.ts';
import type { Principal } from './principal.ts';
import { tokenRefusal } from './token-refusal.ts';
import { looksLikeToken, type TokenSignIn, tokenSignIn, unknownToken } from './token-sign-in.ts';

export type SignInSettings = TokenSignIn & {
  /** The caller whose secret is in `ADMIN_TOKEN_FILE`; null for any other text, and without that file. */
  admin(presented: string): Principal | null;
  /** The caller with an ID token; null without `AUTH_FILE`. */
  readonly idToken: ((text: string) => Promise<Known>) | null;
  /** The address of the caller, who may be behind trusted proxies. */
  addressOf(socket: string | undefined, forwarded?: string): string;
};

export type SignIn = {
  /**
   * The caller, at once where the same credential signed in a moment ago. Throws or rejects with
   * 401, 403 `no_grant`, 429 where too many sign-ins from that address failed, and 503.
   */
  callerOf(request: IncomingMessage): Principal | Promise<Principal>;
  /** Looks at every credential again. */
  forget(): void;
};

/** Failures of these are no guesses. */
const NOT_COUNTED: readonly ErrorCode[] = ['credentials_missing', 'no_grant', 'issuer_unavailable'];

const TOO_MANY = new MaestroError(
  'too_many_sign_ins',
  'Too many wrong credentials came from this address; a valid one is accepted at any time',
);

export function openSignIn(settings: SignInSettings): SignIn {
  const kept = keptCallers();
  const isTooMany = failedSignIns(settings.now);
  const looks = sharedLooks(settings);
  let generation = 0;

  async function look(text: string): Promise<Principal> {
    const at = generation;
    const known = await looks(text);
    // What was read before everything was forgotten counts for this request alone.
    if (at === generation) kept.put(text, known);
    return known.principal;
  }

  const failed = (error: unknown, { headers, socket }: IncomingMessage): never => {
    const isCounted = error instanceof MaestroError && isWrongCredential(error);
    const forwarded = headers['x-forwarded-for'] as string | undefined;
    throw isCounted && isTooMany(settings.addressOf(socket.remoteAddress, forwarded)) ? TOO_MANY : error;
  };

  return {
    callerOf(request) {
      try {
        const text = bearerToken(request);
        const known = kept.get(text, settings.now().getTime());
        return known ?? look(text).catch((error) => failed(error, request));
      } catch (error) {
        return failed(error, request);
      }
    },
    forget() {
      generation += 1;
      kept.clear();
    },
  };
}

const isWrongCredential = ({ code }: MaestroError) =>
  !NOT_COUNTED.includes(code) && /^(?:credentials|token|id_token)_/.test(code);

/** A look that began longer ago shows too little of what has changed since: nobody joins it. */
const JOINED_MS = 500;

/** Looks at credentials. Those who come with the same one at the same time share a look. */
function sharedLooks(settings: SignInSettings): (text: string) => Promise<Known> {
  const running = new Map<string, { readonly began: number; readonly found: Promise<Known> }>();
  return (text) => {
    const began = settings.now().getTime();
    const before = running.get(text);
    if (before !== undefined && began >= before.began && began - before.began < JOINED_MS) return before.found;
    const one = { began, found: signIn(settings, text) };
    running.set(text, one);
    const end = () => {
      if (running.get(text) === one) running.delete(text);
    };
    one.found.then(end, end);
    return one.found;
  };
}

async function signIn(settings: SignInSettings, text: string): Promise<Known> {
  const admin = settings.admin(text);
  const from = settings.now().getTime();
  if (admin !== null) return { principal: admin, from, until: Number.POSITIVE_INFINITY };
  if (looksLikeToken(text)) return tokenSignIn(settings, text);
  if (!text.includes('.')) throw unknownToken();
  if (settings.idToken !== null) return settings.idToken(text);
  const { message } = tokenRefusal('issuer_unknown');
  throw new MaestroError('id_token_issuer_unknown', message);
}
