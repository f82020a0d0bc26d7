// The edge of a strict JSON service: everything about requests that is independent of their
// subject.
import { type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { admission } from './admission.ts';
import { deadlines } from './deadlines.ts';
import { answerClientError, type Below, createHttpServer, type HttpLimits, saneRequestId } from './http-server.ts';
import { type Callers, identification } from './identification.ts';
import { takeJsonOnly } from './json-requests.ts';
import { knownRoutes, routeRefusal } from './known-routes.ts';
import { LINE_FORMAT, type LogOutput, requestLog } from './log-output.ts';
import { type OverloadLimits, watchLoad } from './overload.ts';
import type { PublicUrl } from './public-url.ts';
import { refuse, refuseLate } from './refuse.ts';
import { hasBody } from './request-headers.ts';
import { targetRewriter } from './request-target.ts';
import type { Readiness, Stop } from './stopping.ts';
import { preferredWaitMs } from './waiting.ts';
import { compilersFor } from './zod-compilers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route streams bytes, and limits their time itself. */
    streams?: boolean;
    /** The time limit is extended by `Prefer: wait`. */
    waits?: boolean;
    /** The time limit is extended by this, in milliseconds. */
    takesMs?: number;
    /** The route answers under overload, too. */
    vital?: boolean;
    /** The route accepts any Host, or none. */
    anyHost?: boolean;
  }
  interface FastifyRequest {
    /** SHA-256 of the body's bytes, if an Idempotency-Key came with them. */
    bodyDigest: string;
  }
  interface FastifyReply {
    /** The code of the problem that the request is refused with, or empty. */
    problemCode: string;
  }
}

/** Beyond either limit, requests are answered 503 until the load is less. */
export type AppSettings = OverloadLimits & {
  /** Where log lines go, and the lowest level logged (one of pino's). */
  log: { level: string; output: LogOutput };
  http: HttpLimits;
  bodyLimitBytes: number;
  handlerTimeoutMs: number;
  /** Whether the server is bound to loopback: then `Host` must be a local name. */
  localOnly(): boolean;
};

/** What every request needs. */
export type AppNeeds = {
  now(): Date;
  newId(): string;
  /** SHA-256 of bytes as base64url without padding (RFC 4648). */
  digest(data: Uint8Array): string;
  /** Where callers reach the server through a proxy (`PUBLIC_URL`), or null. */
  publicUrl: PublicUrl | null;
  /** Whether the process accepts work now. */
  readiness(): Readiness;
  stop: Stop;
  /** Who calls, and what that caller may do. */
  callers: Callers;
};

type Compilers = ReturnType<typeof compilersFor>;
type Log = ReturnType<typeof requestLog>;

/**
 * An application without routes. `rows` are the schemas of frozen rows, whose serialised text is
 * kept.
 */
export function httpApp(needs: AppNeeds, settings: AppSettings, rows: readonly z.ZodType[]) {
  const logRequest = requestLog(settings.log, needs.now);
  const compilers = compilersFor(rows);
  const app = newApp(needs, settings, compilers, logRequest);
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) => {
    throw routeRefusal(request, reply, known);
  });
  app.decorateReply('problemCode', '');
  // V8 gives a request that gets a property later another shape.
  app.decorateRequest('caller', null);
  takeJsonOnly(app, needs.digest);
  const known = knownRoutes(app);
  const load = watchLoad(settings);
  const admit = admission({ ...settings, publicUrl: needs.publicUrl, isOverloaded: load.isOverloaded }, known);
  addHooks(app, needs, settings, { admit, logRequest });
  app.addHook('onClose', async () => load.close());
  compileLater(app, compilers);
  return app;
}

function newApp(needs: AppNeeds, settings: AppSettings, compilers: Compilers, logRequest: Log) {
  const { validatorCompiler, serializerCompiler } = compilers;
  const below: Below = { newId: needs.newId, log: () => app.log };
  const app = fastify({
    logger: { level: settings.log.level, ...LINE_FORMAT, stream: settings.log.output },
    // One line per request, written below; a child logger for each would only repeat its id.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    genReqId: ({ headers }) => saneRequestId(headers['x-request-id']) ?? needs.newId(),
    // Fastify loads its own, of a hundred files, unless it is given others here. Its types know only
    // compilers of JSON Schema.
    schemaController: {
      compilersFactory: {
        buildValidator: () => validatorCompiler as never,
        buildSerializer: () => serializerCompiler as never,
      },
    },
    bodyLimit: settings.bodyLimitBytes,
    // While draining, requests on open connections are still served. Their answers say
    // `Connection: close`.
    return503OnClosing: false,
    // Ids are opaque: an odd or overlong one is unknown. The header limit bounds them.
    routerOptions: { maxParamLength: settings.http.maxHeaderBytes },
    rewriteUrl: targetRewriter(needs.publicUrl?.prefix ?? ''),
    serverFactory: (handler) => createHttpServer(handler, settings.http, below),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, below),
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply, needs);
      refuse(error, request, reply);
      // No hooks run for these answers.
      logRequest(request, reply);
    },
  });
  return app.withTypeProvider<ZodTypeProvider>();
}

/** How long after it listens the server compiles the schemas that no request has needed yet. */
const COMPILE_AFTER_MS = 200;

// One at a time, so that no request waits for more than one.
function compileLater(app: App, { compileNext }: Compilers): void {
  let timer: NodeJS.Timeout;
  const next = () => {
    if (compileNext()) timer = setTimeout(next, 1).unref();
  };
  app.addHook('onListen', async () => {
    timer = setTimeout(next, COMPILE_AFTER_MS).unref();
  });
  app.addHook('onClose', async () => clearTimeout(timer));
}

type App = ReturnType<typeof newApp>;
type Steps = { admit: ReturnType<typeof admission>; logRequest: Log };

// Hooks call `done`: an async one would cost each request a promise.
function addHooks(app: App, needs: AppNeeds, settings: AppSettings, { admit, logRequest }: Steps): void {
  const bodyMs = settings.http.requestTimeoutMs;
  const answerMs = settings.handlerTimeoutMs;
  const late = (reply: FastifyReply) => refuseLate(reply, needs.stop);
  const requests = deadlines(Math.min(bodyMs / 10, answerMs / 10, 1_000), late);
  const hasEnd = ({ request }: FastifyReply) => hasBody(request.headers) && !streams(request);
  const identified = identification(needs.callers, {
    begin: (reply) => requests.begin(reply, answerMs),
    end: (reply) => (hasEnd(reply) ? requests.begin(reply, bodyMs) : requests.end(reply)),
  });
  needs.stop.over.addEventListener('abort', requests.endAll);
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply, needs);
    if (hasBody(request.headers) && !streams(request)) requests.begin(reply, bodyMs);
    const refusal = admit(request, reply);
    if (refusal === undefined) identified(request, reply, done);
    else done(refusal);
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
    needs.stop.over.removeEventListener('abort', requests.endAll);
    requests.close();
  });
}

function setHeaders(request: FastifyRequest, reply: FastifyReply, needs: AppNeeds): void {
  reply.header('x-request-id', request.id);
  reply.header('cache-control', 'no-store');
  reply.header('x-content-type-options', 'nosniff');
  if (needs.readiness() === 'stopping') reply.header('connection', 'close');
}

const streams = ({ routeOptions }: FastifyRequest) => routeOptions.config.streams === true;

function extraMs({ headers, routeOptions }: FastifyRequest): number {
  const { waits, takesMs = 0 } = routeOptions.config;
  return takesMs + (waits === true ? preferredWaitMs(headers) : 0);
}
