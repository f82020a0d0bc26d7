import type { FastifyRequest } from 'fastify';

const CONTEXT = Symbol('request context');

/**
 * What `make` returns for a request, made when it is first asked for and kept with the request. A
 * request that is refused before its handler runs has none.
 */
export function oncePerRequest<Context extends object>(
  make: (request: FastifyRequest) => Context,
): (request: FastifyRequest) => Context {
  return (request) => {
    const holder = request as FastifyRequest & { [CONTEXT]?: Context };
    holder[CONTEXT] ??= make(request);
    return holder[CONTEXT];
  };
}
