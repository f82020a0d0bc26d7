// Finds out who sends a request, and whether that caller may, before its body is read.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NO_PERMISSION } from './route-permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; null where the route needs nobody to be known. */
    caller: object | null;
  }
}

export type Callers = {
  /** Who sends a request: at once where that is known. Throws or rejects with the refusal. */
  identify(request: FastifyRequest): object | Promise<object>;
  /** Throws the refusal of a caller who may not use a route that declares `permission`. */
  require(caller: object, permission: string): void;
};

/** Identifies the callers of every route that `app` gets from now on, but of those that need none. */
export function identifyCallers(app: FastifyInstance, { identify, require }: Callers): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, _reply, done) => {
    const { permission = NO_PERMISSION } = request.routeOptions.config;
    if (permission === NO_PERMISSION) return done();
    const admit = (caller: object) => {
      require(caller, permission);
      request.caller = caller;
    };
    let caller: object;
    try {
      caller = identify(request);
      // Without a promise where the caller is known: it would cost each request a turn.
      if (!(caller instanceof Promise)) admit(caller);
    } catch (error) {
      return done(error as Error);
    }
    if (caller instanceof Promise) caller.then(admit).then(() => done(), done);
    else done();
  });
}
