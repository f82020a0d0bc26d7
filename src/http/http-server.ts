// The HTTP server: its limits, and answers given before a request reaches the application.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import { lingering } from './linger.ts';
import { PROBLEM_TYPE, type Problem, problem, refusalOf } from './problem.ts';

export type HttpLimits = {
  /** Time for the header section to arrive. */
  headersTimeoutMs: number;
  /** Time for a JSON body to arrive. */
  requestTimeoutMs: number;
  /** How long an idle connection is kept; longer than in a proxy in front. */
  keepAliveTimeoutMs: number;
  maxHeaderBytes: number;
};

/** What answers below the application need: an id, and a log. */
export type Below = { newId(): string; log(): FastifyBaseLogger };

/**
 * The request id of a caller, if it is safe: it goes into logs, headers and the `instance` of
 * problems unchanged.
 */
export function saneRequestId(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && /^[\w.~-]{1,128}$/.test(value) ? value : null;
}

/** An HTTP server with these limits. `answerClientError` answers slow and unparsable requests. */
export function createHttpServer(handler: RequestListener, limits: HttpLimits, below: Below): Server {
  const options = {
    headersTimeout: limits.headersTimeoutMs,
    // The application limits the time of bodies, as it depends on the route.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // Node would answer a missing Host without a body; the application answers it with a problem.
    requireHostHeader: false,
    connectionsCheckingInterval: Math.floor(Math.min(limits.headersTimeoutMs, 2_000) / 2),
  };
  const inTurn = oneAtATime();
  const server = createServer(options, inTurn(handler));
  // Node would drop those after the first 2,000: a second Host or Authorization among them, and what
  // a proxy adds. Their size is limited.
  server.maxHeadersCount = 0;
  server.on('checkContinue', (request, response) => {
    continueOnRead(request, response);
    inTurn(handler)(request, response);
  });
  server.on('checkExpectation', inTurn(refuseExpectation(below)));
  // A connection on which nothing moves is closed, one whose caller does not read included.
  server.setTimeout(Math.max(IDLE_TIMEOUT_MS, limits.requestTimeoutMs + IDLE_MARGIN_MS));
  return server;
}

// Longer than the longest `Prefer: wait`.
const IDLE_TIMEOUT_MS = 75_000;
const IDLE_MARGIN_MS = 5_000;

// One limit for all servers of the process: lingering connections cost it the same on each.
const { linger, lingerAfter, watch } = lingering({ bytes: 64 * 1024 * 1024, ms: 5_000, connections: 64 });

// Node hands over all requests of a pipeline at once. Here each waits until the answer before it
// was sent, so that a caller who asks and does not read holds one answer in memory, not a thousand.
// After an answer that closes the connection nothing is handled: its caller would never learn of
// it.
function oneAtATime(): (handler: RequestListener) => RequestListener {
  const latest = new WeakMap<Socket, ServerResponse>();
  return (handler) => (request, response) => {
    const { socket } = request;
    const before = latest.get(socket);
    latest.set(socket, response);
    const handle = () => {
      if (!socket.writable) return;
      watch(request, response);
      handler(request, response);
    };
    if (before === undefined || before.closed) handle();
    else before.once('close', handle);
  };
}

// `100 Continue` is sent when the body is first read, so that a body that is refused before is
// never sent.
function continueOnRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read;
  request._read = (size) => {
    request._read = read;
    if (!response.headersSent) response.writeContinue();
    read.call(request, size);
  };
}

const refuseExpectation =
  (below: Below): RequestListener =>
  (request, response) => {
    const refusal = new MaestroError('expectation_failed', 'The only supported expectation is 100-continue');
    const id = saneRequestId(request.headers['x-request-id']) ?? below.newId();
    const body = problem(refusal.code, refusal.message, id);
    below.log().info({ id, status: body.status, code: refusal.code }, 'request');
    response.writeHead(body.status, headersOf(body)).end(JSON.stringify(body));
  };

/**
 * Answers requests that Node's HTTP parser refuses or that took too long to arrive, then closes the
 * connection.
 */
export function answerClientError(error: Error & { code?: string }, socket: Duplex, below: Below): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  // Already closing.
  if (!socket.writable) return;
  // This answer must not follow one that has begun, nor precede one that a complete request still
  // waits for.
  const owed = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage ?? null;
  if (owed !== null && (owed.headersSent || owed.req.complete)) {
    lingerAfter(owed, socket as Socket);
    return;
  }
  const known = refusalOf(error);
  const unparsable = new MaestroError('malformed_request', 'The request is not valid HTTP');
  const { code, message } = known.code === 'internal_error' ? unparsable : known;
  const id = saneRequestId(owed?.req.headers['x-request-id']) ?? below.newId();
  const body = problem(code, message, id);
  below.log().info({ id, status: body.status, code }, 'request');
  const head = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}\r\n${head.join('')}\r\n${JSON.stringify(body)}`);
  linger(socket as Socket);
}

function headersOf(body: Problem): Record<string, string | number> {
  return {
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(JSON.stringify(body)),
    'x-request-id': body.instance,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  };
}
