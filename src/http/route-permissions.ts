// What a caller needs in order to use a route. Each route declares it; one that does not stops the
// start, so that no route is open because someone forgot.
import type { FastifyInstance, RouteOptions } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The permission that a caller of the route needs; `identified` if any known caller may call it,
     * `none` if anyone may.
     */
    permission?: string;
  }
}

/** What a route declares that needs no permission. */
export const NO_PERMISSION = 'none';

/** What a route declares whose callers must be known, and need no permission. */
export const IDENTIFIED = 'identified';

/**
 * Requires of every route that `app` gets from now on to declare one of `permissions`, `identified`
 * or `none`.
 * The HEAD route that comes with a GET has the declaration of the GET. Otherwise `app` does not
 * become ready: its start throws an error that names the routes.
 */
export function requirePermissions(app: FastifyInstance, permissions: readonly string[]): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  // Only now: the hook of a plugin that declares for its routes runs after the one above.
  app.addHook('onReady', (done) => {
    const known = [NO_PERMISSION, IDENTIFIED, ...permissions];
    const bad = routes.filter(({ config }) => !known.includes(config?.permission ?? ''));
    done(bad.length === 0 ? undefined : new Error(`Routes without a known permission: ${bad.map(inWords).join(', ')}`));
  });
}

/** Declares `permission` for every route that `app` gets from now on and that declares nothing itself. */
export function declarePermission(app: FastifyInstance, permission: string): void {
  app.addHook('onRoute', (route) => {
    route.config = { permission, ...route.config };
  });
}

function inWords({ method, url, config }: RouteOptions): string {
  const declared = config?.permission === undefined ? 'nothing' : `'${config.permission}'`;
  return `${[method].flat().join(' ')} ${url} (declares ${declared})`;
}
