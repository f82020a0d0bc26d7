// An index of all routes: the methods of a path. Also refuses parameters that no route names.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MaestroError } from '../domain/errors.ts';

const NoQuery = z.strictObject({});

/** The methods of the routes at a path; none where there is no route. */
export type KnownRoutes = (path: string) => string[];

/**
 * Records every route that `app` gets from now on. Routes without a query schema get one that
 * refuses every parameter, except Swagger UI's own.
 */
export function knownRoutes(app: FastifyInstance): KnownRoutes {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', (route) => {
    const known = routes.get(route.url) ?? { pattern: patternOf(route.url), methods: new Set() };
    for (const method of [route.method].flat()) known.methods.add(method);
    // For a prefix with a trailing slash, Fastify announces the HEAD route that comes with a GET,
    // but not the GET.
    if (known.methods.has('HEAD')) known.methods.add('GET');
    routes.set(route.url, known);
    if (!route.url.startsWith('/docs')) route.schema = { querystring: NoQuery, ...route.schema };
  });
  return (path) => [...routes.values()].flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : []));
}

/**
 * Why no route matches a request: `method_not_allowed` with `Allow` at a known path, else
 * `route_not_found`.
 */
export function routeRefusal(request: FastifyRequest, reply: FastifyReply, known: KnownRoutes): MaestroError {
  const path = pathOf(request.url);
  const methods = known(path);
  // A route may itself find nothing at its path, as that of Swagger UI's files does.
  if (methods.length === 0 || methods.includes(request.method)) {
    return new MaestroError('route_not_found', `There is nothing at ${path}; /docs lists all routes`);
  }
  const allow = methods.sort().join(', ');
  reply.header('allow', allow);
  return new MaestroError('method_not_allowed', `${request.method} is not allowed here; allowed: ${allow}`);
}

/** Whether an id in the path is empty, as in `/maestro/runs/`: no row has an empty id. */
export function namesNoRow({ params }: FastifyRequest): boolean {
  const named = params as Readonly<Record<string, string>>;
  for (const name in named) if (named[name] === '' && name !== '*') return true;
  return false;
}

// As the router reads it: without the query string, each step decoded.
function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  try {
    return path.split('/').map(decodeStep).join('/');
  } catch {
    return path;
  }
}

// A slash that is encoded belongs to its step.
const decodeStep = (step: string) => decodeURIComponent(step).replaceAll('/', '%2F');

function patternOf(url: string): RegExp {
  const steps = url
    .split('/')
    .map((step) => (step.startsWith(':') ? '[^/]+' : step === '*' ? '.*' : step.replaceAll('.', '\\.')));
  return new RegExp(`^${steps.join('/')}$`);
}
