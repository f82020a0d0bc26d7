// The routes of the documentation. What answers them is loaded at first use: it would be a fifth of
// the start of a server whose callers mostly never ask.
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import { NO_PERMISSION } from '../http/route-permissions.ts';
import type { About } from './document.ts';
import type { Documentation } from './documentation.ts';

const PAGES = ['/docs', '/docs/', '/docs/json', '/docs/yaml', '/docs/static/*'];

/**
 * Serves `/openapi.json` and `/docs`, with the routes that `app` gets from now on. A first request
 * may wait for what it loads.
 */
export function docs(app: FastifyInstance, about: About): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && route.schema?.hide !== true) routes.push(route);
  });
  let loaded: Promise<Documentation> | null = null;
  const documentation = () => {
    loaded ??= import('./documentation.ts').then((file) => file.documentation(routes, about));
    return loaded;
  };
  const ours = { config: { permission: NO_PERMISSION }, schema: { hide: true } };
  app.get('/openapi.json', ours, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send((await documentation()).json),
  );
  for (const url of PAGES) app.get(url, ours, async (request, reply) => passOn(await documentation(), request, reply));
}

/** Headers of a request that change what a file is answered with. */
const HEARD = [
  ...['cache-control', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'],
  ...['range', 'if-range', 'accept-encoding'],
];

/** Headers of an answer that are those of its connection, or of a body that is not sent. */
const OF_CONNECTION = ['connection', 'date', 'keep-alive', 'transfer-encoding'];
const OF_BODY = ['content-length', 'content-range', 'content-type'];

async function passOn({ pages }: Documentation, request: FastifyRequest, reply: FastifyReply) {
  if (!isPlain(request.url)) throw noFile();
  const heard = HEARD.flatMap((name) => (name in request.headers ? [[name, request.headers[name]]] : []));
  const answer = await pages.inject({
    method: request.method as 'GET' | 'HEAD',
    // `inject` leaves out an empty query string, which the pages redirect as they do any other.
    url: request.url.replace(/\?$/, '?='),
    headers: Object.fromEntries(heard),
    payloadAsStream: true,
  });
  const isRefused = answer.statusCode >= 400;
  const dropped = isRefused ? [...OF_CONNECTION, ...OF_BODY] : OF_CONNECTION;
  for (const [name, value] of Object.entries(answer.headers)) if (!dropped.includes(name)) reply.header(name, value);
  if (answer.statusCode === 404) {
    reply.callNotFound();
    return reply;
  }
  // A forbidden path and an impossible range, too, mean that there is no such file.
  if (isRefused) throw noFile();
  const body = answer.stream();
  // If the caller hangs up, nothing else tells the pages: the file would stay open.
  body.once('close', () => answer.raw.res.destroy());
  return reply.code(answer.statusCode).send(body);
}

const noFile = () => new MaestroError('route_not_found', 'There is no such file');

// `inject` resolves `..` in a URL, encoded or not, as browsers do: that could lead to another page
// than the one that was routed here.
function isPlain(url: string): boolean {
  const [path] = url.split('?', 1);
  return new URL(url, 'http://localhost').pathname === path;
}
