// Makes the caller of a request known, and checks the permission that the route declares. Knows no
// credential: what it is handed does.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import { IDENTIFIED, NO_PERMISSION } from './route-permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends it, for whoever identified the caller; null before. */
    caller: object | null;
  }
}

export type Callers = {
  /**
   * Makes the caller known, at once where it can. Throws, or rejects with, why the caller is refused.
   */
  identify(request: FastifyRequest): undefined | Promise<undefined>;
  /** Whether the caller, who is known, has the permission. */
  permits(request: FastifyRequest, permission: string): boolean;
};

/** Called where the caller is not known at once, and when that has an end. */
export type Waits = { begin(reply: FastifyReply): void; end(reply: FastifyReply): void };

type Done = (refusal?: Error) => void;

/**
 * Returns a step of a request that calls `done` with its refusal, or with nothing. Routes that
 * declare `none` are for everybody.
 */
export function identification({ identify, permits }: Callers, waits: Waits) {
  const lack = (request: FastifyRequest): Error | undefined => {
    const { permission } = request.routeOptions.config;
    return permission === IDENTIFIED || permits(request, permission ?? '') ? undefined : missing(permission);
  };
  // Returns a promise only where the caller is not known at once.
  const refusalOf = (request: FastifyRequest): Error | undefined | Promise<Error | undefined> => {
    try {
      const later = identify(request);
      return later === undefined ? lack(request) : later.then(() => lack(request)).catch(asError);
    } catch (error) {
      return asError(error);
    }
  };
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const refusal = request.routeOptions.config.permission === NO_PERMISSION ? undefined : refusalOf(request);
    if (refusal instanceof Promise) {
      waits.begin(reply);
      refusal
        .then((known) => {
          waits.end(reply);
          done(known);
        })
        // `refusal` never rejects: what follows in the request has failed.
        .catch((error: unknown) => request.log.error({ id: request.id, err: error }, 'internal_error'));
    } else {
      done(refusal);
    }
  };
}

// Nothing that is thrown may look like no refusal.
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The caller could not be made known', { cause: error });
}

function missing(permission = ''): MaestroError {
  return new MaestroError(
    'permission_missing',
    `The caller lacks the permission ${permission}; GET /maestro/whoami shows what it has`,
  );
}
