// Opens what finds out who calls: the mode, the credentials that files hold, and the sign-in.
import { readFileSync, statSync } from 'node:fs';
import type { FastifyRequest } from 'fastify';
import { adminToken, fileFault } from '../auth/admin-token.ts';
import { callerAddresses } from '../auth/caller-address.ts';
import { lastUses } from '../auth/last-uses.ts';
import { FIRST_TOKEN, type Mode, modeOf, OPEN_TO_ALL } from '../auth/mode.ts';
import type { Principal } from '../auth/principal.ts';
import { openSignIn } from '../auth/sign-in.ts';
import type { SignInStore } from '../auth/store.ts';
import { MaestroError } from '../domain/errors.ts';
import { isPermission } from '../domain/permission.ts';
import { cameThroughProxy } from '../http/forwarded.ts';
import type { Callers } from '../http/identification.ts';
import { IDENTIFIED } from '../http/route-permissions.ts';
import { now } from './clock.ts';
import type { Config } from './config.ts';
import type { Write } from './host.ts';
import { type IdTokens, openIdTokens } from './id-tokens.ts';
import { unidentified } from './request-context.ts';
import { systemReason } from './setting-faults.ts';

export type Auth = {
  readonly mode: Mode;
  readonly callers: Callers;
  /** Null without `AUTH_FILE`. */
  readonly idTokens: IdTokens | null;
  close(): Promise<void>;
};

/** Throws an error of one line. */
export async function openAuth(config: Config, signIns: SignInStore, warn: Write): Promise<Auth> {
  const mode = modeOf(config);
  if (mode !== 'required')
    return {
      mode,
      callers: callersOf(mode === 'none' ? unidentified : localCaller),
      idTokens: null,
      close: async () => {},
    };
  const admin = readAdminToken(config);
  const idTokens = config.AUTH_FILE === undefined ? null : await openIdTokens(config.AUTH_FILE, now);
  const signIn = openSignIn({
    ...{ signIns, now, admin, idToken: idTokens?.signIn ?? null },
    used: lastUses(signIns, (error) => warn(`The use of a token was not noted: ${(error as Error).message}`)),
    addressOf: callerAddresses(config.TRUSTED_PROXIES ?? []),
  });
  idTokens?.onReload(signIn.forget);
  return {
    mode,
    callers: callersOf(({ raw }) => signIn.callerOf(raw)),
    idTokens,
    close: async () => idTokens?.close(),
  };
}

/** The callers that `identify` finds, each of whom may do what its permissions say. */
export function callersOf(identify: (request: FastifyRequest) => Principal | Promise<Principal>): Callers {
  return {
    identify,
    require(caller, permission) {
      const { permissions, roles } = caller as Principal;
      if (permission === IDENTIFIED || (isPermission(permission) && permissions.has(permission))) return;
      const of = roles.length === 0 ? 'has no role' : `has the roles ${roles.join(', ')}, which lack it`;
      throw new MaestroError('permission_missing', `This call needs the permission ${permission}; the caller ${of}`);
    },
  };
}

const NOT_CHOSEN = new MaestroError(
  'authentication_not_chosen',
  'This request came through a proxy, so others may reach this server, and AUTH is not set. Set AUTH=required to ' +
    'have callers send a token, or AUTH=none if the proxy authenticates them',
);

function localCaller(request: FastifyRequest): Principal {
  if (cameThroughProxy(request)) throw NOT_CHOSEN;
  return unidentified();
}

function readAdminToken({ ADMIN_TOKEN_FILE: path }: Config): (presented: string) => Principal | null {
  if (path === undefined) return () => null;
  try {
    const stats = statSync(path);
    const fault = fileFault({ isFile: stats.isFile(), mode: stats.mode });
    if (fault !== null) throw new Error(fault);
    return adminToken(readFileSync(path, 'utf8'));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const why = code === undefined ? message : `cannot be read: ${systemReason(error)}`;
    throw new Error(`Bad configuration: ADMIN_TOKEN_FILE ${path}: ${why}`);
  }
}

type Log = { info: Write; warn: Write };

/** Logs who may call, and warns where that is everybody or nobody. */
export async function logAuth(config: Config, { mode, idTokens }: Auth, signIns: SignInStore, log: Log): Promise<void> {
  if (mode === 'none') log.warn(OPEN_TO_ALL);
  if (mode !== 'required') return;
  if (idTokens !== null) log.info(`AUTH_FILE ${config.AUTH_FILE}: ${idTokens.inWords()}`);
  if (config.AUTH_FILE !== undefined || config.ADMIN_TOKEN_FILE !== undefined) return;
  if (await signIns.hasUsableToken(now().toISOString())) return;
  log.warn(`AUTH is required and no token can be used: create the first with \`${FIRST_TOKEN}\``);
}
