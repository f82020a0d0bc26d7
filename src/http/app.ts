import helmet from '@fastify/helmet';
import {
  errorCodes,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { MaestroError } from '../domain/errors.ts';
import { type Feature, maestro } from '../maestro.ts';
import { docs, openapi } from '../openapi/document.ts';
import { type HealthRoutes, health } from '../routes/health.ts';
import { type HomeRoutes, home } from '../routes/home.ts';
import { type VersionRoutes, version } from '../routes/version.ts';
import { crossSiteRefusal } from './cross-site.ts';
import { deadlines } from './deadlines.ts';
import { hostGuard } from './host-guard.ts';
import { parseJsonBody } from './json-body.ts';
import { knownRoutes, namesNoRow, routeRefusal } from './known-routes.ts';
import { answerClientError, type Below, createHttpServer, type HttpLimits, saneRequestId } from './listen.ts';
import { LINE_FORMAT, type LogOutput, requestLine } from './log-output.ts';
import { type OverloadLimits, watchLoad } from './overload.ts';
import { PROBLEM_TYPE, problem, RETRY_AFTER, refusalOf, SEND_JSON } from './problem.ts';
import type { PublicUrl } from './public-url.ts';
import { type ReceivedBody, receiveBody } from './receive-body.ts';
import { isEncoded } from './request-headers.ts';
import { targetRewriter } from './request-target.ts';
import { type Readiness, STOPPING, type Stop } from './stopping.ts';
import { preferredWaitMs } from './waiting.ts';
import { serializerCompiler, validatorCompiler } from './zod-compilers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes or gives bytes for as long as they move, and limits their time itself. */
    streams?: boolean;
    /** The route waits for as long as `Prefer: wait` asks, besides the time that it may take. */
    waits?: boolean;
    /** Milliseconds that the route may take besides. */
    takesMs?: number;
    /** The route answers under overload too. */
    vital?: boolean;
    /** The route takes any Host, or none. */
    anyHost?: boolean;
  }
  interface FastifyRequest {
    /** SHA-256 of the body's bytes, where an Idempotency-Key came with them. */
    bodyDigest: string;
  }
  interface FastifyReply {
    /** The code of the problem that the request is refused with; empty where it is not. */
    problemCode: string;
  }
}

/** Beyond either limit, requests are answered 503 until the load is less. */
export type AppSettings = OverloadLimits & {
  /** Where log lines go, and from which level on: one of pino's. */
  log: { level: string; output: LogOutput };
  http: HttpLimits;
  bodyLimitBytes: number;
  handlerTimeoutMs: number;
  /** Whether the server is bound to loopback: then only local hosts are taken in `Host`. */
  localOnly(): boolean;
};

/** What every request needs. */
export type AppNeeds = {
  now(): Date;
  newId(): string;
  /** SHA-256 of bytes as base64url without padding (RFC 4648). */
  digest(data: Uint8Array): string;
  /** Where callers reach Maestro through a proxy (`PUBLIC_URL`); null where nothing says so. */
  publicUrl: PublicUrl | null;
  /** Whether the process takes work now. */
  readiness(): Readiness;
  stop: Stop;
};

export type Needs = AppNeeds & HealthRoutes & HomeRoutes & VersionRoutes & Parameters<typeof maestro>[0];

/** The whole server but for its sockets. `app.listen` or `listen.ts` opens those; `app.inject` needs none. */
export async function buildApp<All extends Needs>(deps: All, features: readonly Feature<All>[], settings: AppSettings) {
  const below: Below = { newId: deps.newId, log: () => app.log };
  const app = fastify({
    logger: { level: settings.log.level, ...LINE_FORMAT, stream: settings.log.output },
    // One line a request, written below; a child logger for each would only repeat its id.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    genReqId: ({ headers }) => saneRequestId(headers['x-request-id']) ?? deps.newId(),
    bodyLimit: settings.bodyLimitBytes,
    // While we drain, requests on open connections are still served; each is told that its connection closes.
    return503OnClosing: false,
    // Ids are opaque: an odd or overlong one is unknown. The header limit bounds them.
    routerOptions: { maxParamLength: settings.http.maxHeaderBytes },
    rewriteUrl: targetRewriter(deps.publicUrl?.prefix ?? ''),
    serverFactory: (handler) => createHttpServer(handler, settings.http, below),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, below),
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply, deps);
      refuse(error, request, reply);
      // Their answers have no hooks.
      logRequest(request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) => {
    throw routeRefusal(request, reply, known);
  });
  app.decorateReply('problemCode', '');
  takeJsonOnly(app, deps);
  const known = knownRoutes(app);

  const logRequest = requestLog(deps, settings.log);
  const bodyMs = settings.http.requestTimeoutMs;
  const answerMs = settings.handlerTimeoutMs;
  const late = (reply: FastifyReply) => refuseLate(reply, deps.stop);
  const requests = deadlines(Math.min(bodyMs / 10, answerMs / 10, 1_000), late);
  deps.stop.over.addEventListener('abort', requests.endAll);
  const load = watchLoad(settings);
  const hostRefusal = hostGuard({ localOnly: settings.localOnly, publicUrl: deps.publicUrl });
  // Hooks call `done`: an async one would cost each request a promise.
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply, deps);
    if (hasBody(request) && !streams(request)) requests.begin(reply, bodyMs);
    const notForUs = hostRefusal(request) ?? crossSiteRefusal(request, deps.publicUrl);
    if (notForUs !== undefined) done(notForUs);
    else if (request.is404 || namesNoRow(request)) done(routeRefusal(request, reply, known));
    else done(malformed(request) ?? (load.isOverloaded() && !isVital(request) ? OVERLOADED : undefined));
  });
  app.addHook('preValidation', (request, reply, done) => {
    if (!streams(request)) requests.begin(reply, answerMs + extraMs(request));
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    requests.end(reply);
    logRequest(request, reply);
    done();
  });
  app.addHook('onClose', async () => {
    deps.stop.over.removeEventListener('abort', requests.endAll);
    requests.close();
    load.close();
  });

  await openapi(app, deps.publicUrl);
  await app.register(async (scope) => {
    scope.setErrorHandler(refuseFile);
    await scope.register(helmet, DOCS_HEADERS);
    await scope.register(docs);
  });
  await app.register(health(deps));
  await app.register(version(deps));
  await app.register(home(deps));
  await app.register(maestro(deps, features), { prefix: '/maestro' });
  return app;
}

const LEVELS_WITH_REQUESTS = ['info', 'debug', 'trace'];

function requestLog(deps: AppNeeds, { level, output }: AppSettings['log']) {
  if (!LEVELS_WITH_REQUESTS.includes(level)) return () => {};
  return (request: FastifyRequest, { statusCode, problemCode, elapsedTime }: FastifyReply) =>
    output.write(requestLine(request, deps.now().getTime(), statusCode, problemCode, elapsedTime));
}

// Swagger UI runs scripts and styles of its own; a service on plain HTTP must not be told to upgrade.
const DOCS_HEADERS = {
  contentSecurityPolicy: {
    directives: { 'script-src': ["'self'"], 'img-src': ["'self'", 'data:'], 'upgrade-insecure-requests': null },
  },
  strictTransportSecurity: false,
};

function setHeaders(request: FastifyRequest, reply: FastifyReply, deps: AppNeeds): void {
  reply.header('x-request-id', request.id);
  reply.header('cache-control', 'no-store');
  reply.header('x-content-type-options', 'nosniff');
  if (deps.readiness() === 'stopping') reply.header('connection', 'close');
}

function malformed({ url }: FastifyRequest): MaestroError | undefined {
  if (isPercentEncoded(url)) return undefined;
  return new MaestroError('malformed_request', 'The query string is not valid percent-encoded UTF-8');
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = isCutOff(request) ? CUT_OFF : refusalOf(error, request.routeOptions.bodyLimit);
  const body = problem(refusal.code, refusal.message, request.id, refusal.errors);
  reply.problemCode = refusal.code;
  if (body.status === 500) request.log.error({ id: request.id, err: error }, refusal.code);
  else if (body.status > 500) request.log.warn({ id: request.id, reason: reasonOf(error) }, refusal.code);
  if (body.status === 503) reply.header('retry-after', RETRY_AFTER);
  reply.code(body.status).type(PROBLEM_TYPE).send(JSON.stringify(body));
}

// A whole stack for each request would bury the log while the database is away or the disk is full.
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

// Whatever goes wrong on the way to a file of Swagger UI (a forbidden path, an impossible range), there is no such file.
function refuseFile(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const foreseen = refusalOf(error).code !== 'internal_error';
  refuse(foreseen ? error : new MaestroError('route_not_found', 'There is no such file'), request, reply);
}

const CUT_OFF = new MaestroError('malformed_request', 'The request ended before its body did');

// A caller that hangs up is no failure of ours, and nobody is left to read the answer.
function isCutOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && raw.complete === false;
}

const streams = ({ routeOptions }: FastifyRequest) => routeOptions.config.streams === true;
const isVital = ({ routeOptions }: FastifyRequest) => routeOptions.config.vital === true;

function extraMs({ headers, routeOptions }: FastifyRequest): number {
  const { waits, takesMs = 0 } = routeOptions.config;
  return takesMs + (waits === true ? preferredWaitMs(headers) : 0);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

const OVERLOADED = new MaestroError('overloaded', 'The server is overloaded; try again');
const TOO_LATE = new MaestroError('request_timeout', 'The request took too long to arrive');
const TOO_SLOW = new MaestroError('handler_timeout', 'The answer took too long; try again');

// Node's limit for a body is one for the whole server, and content may take longer than JSON. Fastify's own limit for a handler makes
// a signal for each request and aborts it at the end, which costs more than most handlers.
function refuseLate(reply: FastifyReply, { over }: Stop): void {
  const { request, raw } = reply;
  if (reply.sent || raw.headersSent || raw.destroyed) return;
  const waitsForBody = hasBody(request) && request.body === undefined;
  const late = over.aborted ? STOPPING : TOO_LATE;
  refuse(waitsForBody ? late : TOO_SLOW, request, reply);
}

function takeJsonOnly(app: FastifyInstance, deps: AppNeeds): void {
  app.decorateRequest('bodyDigest', '');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request, payload, done) => {
    const { headers, routeOptions } = request;
    receiveBody(payload, routeOptions.bodyLimit ?? 0, Number(headers['content-length']), (received) => {
      try {
        const body = bytesOf(received);
        requireJsonInUtf8(request);
        if (headers['idempotency-key'] !== undefined) request.bodyDigest = deps.digest(body);
        done(null, parseJsonBody(body));
      } catch (error) {
        done(error as Error);
      }
    });
  });
}

function bytesOf(received: ReceivedBody): Buffer {
  if ('body' in received) return received.body;
  if ('error' in received) throw received.error;
  const { FST_ERR_CTP_BODY_TOO_LARGE, FST_ERR_CTP_INVALID_CONTENT_LENGTH } = errorCodes;
  throw received.fault === 'too_large' ? new FST_ERR_CTP_BODY_TOO_LARGE() : new FST_ERR_CTP_INVALID_CONTENT_LENGTH();
}

const JSON_IN_UTF_8 = /^application\/json *(?:; *charset=(?:utf-8|"utf-8") *)?$/i;

function requireJsonInUtf8({ headers }: FastifyRequest): void {
  const errors = [];
  if (!JSON_IN_UTF_8.test(headers['content-type'] ?? '')) {
    const detail = 'must be application/json, with charset=utf-8 or none';
    errors.push({ in: 'header' as const, pointer: '/content-type', detail });
  }
  if (headers['transfer-encoding'] !== undefined && !/^chunked$/i.test(headers['transfer-encoding'])) {
    errors.push({ in: 'header' as const, pointer: '/transfer-encoding', detail: 'must be chunked alone' });
  }
  if (isEncoded(headers['content-encoding'])) {
    errors.push({
      in: 'header' as const,
      pointer: '/content-encoding',
      detail: 'is not taken; send the body as it is',
    });
  }
  if (errors.length > 0) {
    throw new MaestroError('unsupported_media_type', SEND_JSON, errors);
  }
}

function isPercentEncoded(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
