// Opens what callers are known by, and makes each caller known.
import type { FastifyRequest } from 'fastify';
import type { AdminToken } from '../auth/admin-token.ts';
import { apiTokens } from '../auth/api-tokens.ts';
import { cameThrough } from '../auth/came-through.ts';
import { clientAddress } from '../auth/client-address.ts';
import { failedSignIns } from '../auth/failed-sign-ins.ts';
import { type Mode, modeOf } from '../auth/mode.ts';
import type { Principal } from '../auth/principal.ts';
import { type SignIn, signIn } from '../auth/sign-in.ts';
import type { SignInStore } from '../auth/store.ts';
import { type TokenUses, tokenUses } from '../auth/token-uses.ts';
import type { Permission } from '../domain/permission.ts';
import type { Callers } from '../http/identification.ts';
import { readAdminToken } from './admin-token-file.ts';
import type { OpenAuthFile } from './auth-file.ts';
import type { Config } from './config.ts';
import type { Write } from './host.ts';
import { everybody, unidentified } from './request-context.ts';

type Settings = Pick<
  Config,
  'AUTH' | 'AUTH_FILE' | 'ADMIN_TOKEN_FILE' | 'TRUSTED_PROXIES' | 'HOST' | 'PORT' | 'DATABASE_URL'
>;

/** What callers are known by that no store holds. */
export type Credentials = {
  readonly mode: Mode;
  readonly admin: AdminToken | null;
  readonly file: OpenAuthFile | null;
};

/** Throws an error of one line if the settings cannot be used together, or a file cannot be used. */
export async function openCredentials(config: Settings, now: () => Date): Promise<Credentials> {
  const mode = modeOf(config);
  if (mode !== 'required') return { mode, admin: null, file: null };
  const admin = config.ADMIN_TOKEN_FILE === undefined ? null : readAdminToken(config.ADMIN_TOKEN_FILE);
  return { mode, admin, file: await authFileOf(config, now) };
}

async function authFileOf({ AUTH_FILE }: Settings, now: () => Date): Promise<OpenAuthFile | null> {
  if (AUTH_FILE === undefined) return null;
  const { openAuthFile } = await import('./auth-file.ts');
  try {
    return openAuthFile(AUTH_FILE, now);
  } catch (error) {
    throw new Error(`Bad configuration: AUTH_FILE ${AUTH_FILE}: ${(error as Error).message}`);
  }
}

export type Auth = {
  readonly mode: Mode;
  /** For `http/`. */
  readonly callers: Callers;
  /** Who sent a request. Throws if nobody was made known. */
  principalOf(request: FastifyRequest): Principal;
  /** Verifies every credential anew from now on. */
  forget(): void;
  close(): Promise<void>;
};

/** `signIns` is null where the store keeps no tokens. */
export function openAuth(
  { mode, admin, file }: Credentials,
  config: Settings,
  { signIns, now, warn }: { signIns: SignInStore | null; now(): Date; warn: Write },
): Auth {
  if (mode !== 'required') return withoutCredentials(mode);
  const uses = signIns && tokenUses(signIns, warn);
  const known = signIn({
    admin,
    apiTokens: signIns && apiTokens(signIns, now),
    idTokens: file && ((text) => file.verify(text)),
    uses,
    failed: failedSignIns(now),
    now,
  });
  const { identify, principalOf } = bySignIn(known, clientAddress(config.TRUSTED_PROXIES ?? []));
  return {
    mode,
    callers: { identify, permits: (request, one) => principalOf(request).permissions.has(one as Permission) },
    principalOf,
    forget: known.forget,
    close: () => closeAll(uses, file),
  };
}

// The notes of uses land before the store closes.
async function closeAll(uses: TokenUses | null, file: OpenAuthFile | null): Promise<void> {
  await uses?.settled();
  await file?.close();
}

function withoutCredentials(mode: Exclude<Mode, 'required'>): Auth {
  const others = { mode, principalOf: unidentified, forget: () => {}, close: async () => {} };
  if (mode === 'none') return { ...others, callers: everybody };
  const refusal = cameThrough();
  return {
    ...others,
    callers: {
      ...everybody,
      identify({ raw }) {
        const refused = refusal(raw);
        if (refused !== undefined) throw refused;
        return undefined;
      },
    },
  };
}

function bySignIn(known: SignIn, addressOf: ReturnType<typeof clientAddress>) {
  const keep = (request: FastifyRequest, principal: Principal): undefined => {
    request.caller = principal;
  };
  return {
    identify(request: FastifyRequest): undefined | Promise<undefined> {
      const { raw, headers } = request;
      const found = known.principal(raw.rawHeaders, () =>
        addressOf({ remoteAddress: raw.socket.remoteAddress ?? '', forwardedFor: forwardedFor(headers) }),
      );
      return found instanceof Promise ? found.then((one) => keep(request, one)) : keep(request, found);
    },
    principalOf(request: FastifyRequest): Principal {
      const principal = request.caller as Principal | null | undefined;
      if (!principal) throw new Error(`Nobody is known to have sent ${request.id}`);
      return principal;
    },
  };
}

function forwardedFor(headers: FastifyRequest['headers']): string | undefined {
  const header = headers['x-forwarded-for'];
  return header === undefined ? undefined : [header].flat().join(',');
}
