// Answers a request with a problem, whatever was thrown.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import { PROBLEM_TYPE, problem, refusalOf } from './problem.ts';
import { refusalHeaders } from './refusal-headers.ts';
import { hasBody } from './request-headers.ts';
import { STOPPING, type Stop } from './stopping.ts';

/** Answers with the problem of `error`, and logs it if it is the fault of the server. */
export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = isCutOff(request) ? CUT_OFF : refusalOf(error, request.routeOptions.bodyLimit);
  const body = problem(refusal.code, refusal.message, request.id, refusal.errors);
  reply.problemCode = refusal.code;
  if (body.status === 500) request.log.error({ id: request.id, err: error }, refusal.code);
  else if (body.status > 500) request.log.warn({ id: request.id, reason: reasonOf(error) }, refusal.code);
  reply.headers(refusalHeaders(refusal.code));
  reply.code(body.status).type(PROBLEM_TYPE).send(JSON.stringify(body));
}

// A stack trace per request would bury the log while the database is away or the disk is full.
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

const CUT_OFF = new MaestroError('malformed_request', 'The request ended before its body did');

// A caller who hangs up is no failure of the server, and nobody reads the answer.
function isCutOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && raw.complete === false;
}

const TOO_LATE = new MaestroError('request_timeout', 'The request took too long to arrive');
const TOO_SLOW = new MaestroError('handler_timeout', 'The answer took too long; try again');

/**
 * Answers a request whose time is up, unless its answer has begun. Node limits the time of bodies
 * per server, and content may take longer than JSON. Fastify's own limit makes a signal for each
 * request and aborts it at the end, which costs more than most handlers.
 */
export function refuseLate(reply: FastifyReply, { over }: Stop): void {
  const { request, raw } = reply;
  if (reply.sent || raw.headersSent || raw.destroyed) return;
  // Before anything reads it, the caller is not who is late.
  const isRead = request.raw.readableFlowing !== null;
  const waitsForBody = isRead && hasBody(request.headers) && request.body === undefined;
  const late = over.aborted ? STOPPING : TOO_LATE;
  refuse(waitsForBody ? late : TOO_SLOW, request, reply);
}
