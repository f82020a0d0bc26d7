// The context of a request: who calls, and on whose data. Everything that a handler reads, writes
// or stamps goes through it.
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.ts';
import { permissionsOf, type Role } from '../auth/role.ts';
import { type Actor, ANONYMOUS } from '../domain/event/actor.ts';
import { type Stamp, stampOf } from '../domain/event/event.ts';
import { isPermission, type Permission } from '../domain/permission.ts';
import type { Callers } from '../http/identification.ts';
import { oncePerRequest } from '../http/request-context.ts';
import { IDENTIFIED, NO_PERMISSION } from '../http/route-permissions.ts';
import type { CoreStores } from '../store/store.ts';
import { type Owned, ownedStores } from './owned-stores.ts';

/** Whose data a request is about, and who sent it. */
export type Caller = { readonly tenant: string; readonly actor: Actor };

export type RequestContext<Tenant> = Caller & {
  /** The caller, with what it may do. */
  readonly principal: Principal;
  /** The stores of the tenant, which refuse to write to runs of owners that are not granted. */
  readonly stores: Tenant;
  /** Throws `owner_not_granted` where the caller may not write to the run of the artifact. */
  readonly requireWritable: Owned<Tenant>['requireRunOf'];
  /** What the route declares; null if it needs none. Throws if it declares nothing. */
  permission(): Permission | null;
  /** The stamp of an event that the request causes, with a new id and the time now. */
  stamp(): Stamp;
};

/** The tenant of whoever belongs to no other. */
export const TENANT = 'default';

const ALL_ROLES: readonly Role[] = ['admin', 'operator'];

/** Callers are not identified: all are one who may do everything, and there is one tenant. */
const UNIDENTIFIED: Principal = {
  ...{ tenant: TENANT, actor: ANONYMOUS, roles: ALL_ROLES, permissions: permissionsOf(ALL_ROLES) },
  ...{ owners: 'any', expires_at: null },
};

export const unidentified = (): Principal => UNIDENTIFIED;

/** Lets everybody in, for everything. */
export const everybody: Callers = { identify: () => undefined, permits: () => true };

const anyRun = async () => {};

type Source<Tenant> = {
  stores: { of(tenant: string): Tenant };
  callerOf(request: FastifyRequest): Principal;
  now(): Date;
  newId(): string;
};

/** Returns the context of a request, which is made when it is first asked for. */
export function requestContexts<Tenant extends CoreStores>(source: Source<Tenant>) {
  const bounded = ownedStores<Tenant>();
  return oncePerRequest((request): RequestContext<Tenant> => {
    const principal = source.callerOf(request);
    const { tenant, actor, owners } = principal;
    const inner = source.stores.of(tenant);
    const owned = owners === 'any' ? null : bounded(inner, owners);
    return {
      principal,
      tenant,
      actor,
      stores: owned?.stores ?? inner,
      requireWritable: owned?.requireRunOf ?? anyRun,
      permission: () => permissionOf(request),
      stamp: () => stampOf(source, request.id, actor),
    };
  });
}

function permissionOf({ routeOptions }: FastifyRequest): Permission | null {
  const { permission, url } = routeOptions.config;
  if (permission === NO_PERMISSION || permission === IDENTIFIED) return null;
  if (isPermission(permission)) return permission;
  throw new Error(`The route ${url} declares no permission`);
}
