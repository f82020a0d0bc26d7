// The sockets: their limits, the addresses they are bound to, and the answers given before there is a request.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import { closing, connectionsOf, openAt } from './let-go.ts';
import { lingering } from './linger.ts';
import { PROBLEM_TYPE, type Problem, problem, refusalOf } from './problem.ts';
import type { Stop } from './stopping.ts';

export type HttpLimits = {
  /** Time for the header section to arrive. */
  headersTimeoutMs: number;
  /** Time for a JSON body to arrive. */
  requestTimeoutMs: number;
  /** How long an idle connection is kept; more than that of a proxy in front. */
  keepAliveTimeoutMs: number;
  maxHeaderBytes: number;
};

/** What an answer needs that is given below the application: an id, and a log. */
export type Below = { newId(): string; log(): FastifyBaseLogger };

/** A request id that a caller may choose: it goes into logs, headers and the `instance` of problems as it is. */
export function saneRequestId(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && /^[\w.~-]{1,128}$/.test(value) ? value : null;
}

/** An HTTP server with these limits; slow and unparsable requests are answered by `answerClientError`. */
export function createHttpServer(handler: RequestListener, limits: HttpLimits, below: Below): Server {
  const options = {
    headersTimeout: limits.headersTimeoutMs,
    // Of bodies the application knows which may take how long.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // Node would answer a missing Host without a body; the application answers it with a problem.
    requireHostHeader: false,
    connectionsCheckingInterval: Math.floor(Math.min(limits.headersTimeoutMs, 2_000) / 2),
  };
  const inTurn = oneAtATime();
  const server = createServer(options, inTurn(handler));
  server.on('checkContinue', (request, response) => {
    continueOnRead(request, response);
    inTurn(handler)(request, response);
  });
  server.on('checkExpectation', inTurn(refuseExpectation(below)));
  // A connection on which nothing moves, a reader that does not read included, is let go.
  server.setTimeout(Math.max(IDLE_TIMEOUT_MS, limits.requestTimeoutMs + IDLE_MARGIN_MS));
  return server;
}

// Longer than the longest wait that a caller may ask for.
const IDLE_TIMEOUT_MS = 75_000;
const IDLE_MARGIN_MS = 5_000;

// One limit for all servers of the process: connections that linger cost it the same, whichever took them.
const { linger, lingerAfter, watch } = lingering({ bytes: 64 * 1024 * 1024, ms: 5_000, connections: 64 });

// Node hands on all requests of a pipeline at once. Here each waits until the answer before it has been sent, so that a
// caller that asks and does not read holds one answer in memory, not a thousand. Behind an answer that closes the
// connection nothing is handled: its caller would never learn of it.
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

// `100 Continue` is sent when the body is asked for, so that what is refused before that is never sent.
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
    const refusal = new MaestroError('expectation_failed', 'The only expectation taken is 100-continue');
    const id = saneRequestId(request.headers['x-request-id']) ?? below.newId();
    const body = problem(refusal.code, refusal.message, id);
    below.log().info({ id, status: body.status, code: refusal.code }, 'request');
    response.writeHead(body.status, headersOf(body)).end(JSON.stringify(body));
  };

/** Answers what Node's HTTP parser refuses and what took too long to arrive, then closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex, below: Below): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  // It is being closed already.
  if (!socket.writable) return;
  // Neither an answer that has begun nor one that is still owed to a whole request may be followed by this one.
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

/**
 * Listens on `host`; for `localhost` on both loopback addresses, as clients try either. Throws where an address is taken;
 * a machine without IPv6 is served on IPv4 alone. Returns the URL, `open`, which counts what is not answered yet, and `close`,
 * which stops listening and waits until every request is answered or the stop is over.
 */
export async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  limits: HttpLimits,
  deps: { newId(): string; stop: Stop },
) {
  const first = connectionsOf(app.server);
  if (host !== 'localhost') {
    const close = () => closing([first], deps.stop, () => app.close());
    return { url: await app.listen({ host, port }), open: () => openAt([first]), close };
  }
  const url = await app.listen({ host: '127.0.0.1', port });
  const bound = (app.server.address() as AddressInfo).port;
  const below: Below = { newId: () => deps.newId(), log: () => app.log };
  const second = createHttpServer(app.routing as (request: IncomingMessage, response: unknown) => void, limits, below);
  const other = connectionsOf(second);
  second.on('clientError', (error, socket) => answerClientError(error, socket, below));
  try {
    await bind(second, '::1', bound);
    app.log.info(`Server listening at http://[::1]:${bound}`);
  } catch (error) {
    if (!NO_IPV6.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  const both = [first, other];
  const close = () => closing(both, deps.stop, () => Promise.all([app.close(), closed(second)]));
  return { url: url.replace('127.0.0.1', 'localhost'), open: () => openAt(both), close };
}

const NO_IPV6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The error of a server that never listened changes nothing.
    server.close(() => resolve());
  });
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
