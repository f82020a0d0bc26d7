// The route that reports what any file is, and stores nothing.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MaestroError } from '../domain/errors.ts';
import type { Reading } from '../domain/evidence/reading.ts';
import type { Judging } from '../domain/gate/flag.ts';
import { isEncoded, isMultipart } from '../http/request-headers.ts';
import { answers, refusals } from '../http/responses.ts';
import { arrivals } from './arrivals.ts';
import { EvidenceReport, reportOf } from './evidence-report.ts';

export type InspectRoutes = {
  evidence: {
    /**
     * Reads a document without storing it. Rejects with the reason of `signal` if that is aborted,
     * and if nothing can be read now.
     */
    read(bytes: Uint8Array, receivedAt: string, signal: AbortSignal): Promise<Reading>;
    /** The most bytes read of a document. */
    limits: { maxBytes: number };
  };
  trust: { judging(): Judging };
  now(): Date;
};

const Bytes = z.any().meta({ description: 'The bytes of the file.' });

/**
 * How many files may wait for a worker or be read. Each stays in memory until it was read, whether
 * its caller still waits or not.
 */
const MAX_INSPECTIONS = 4;

/** Proxies give up after 60 s, and so do some clients. */
const MAX_MS = 45_000;

export type InspectSettings = { readonly idleMs: number; readonly maxMs: number };

const SETTINGS: InspectSettings = { idleMs: 10_000, maxMs: MAX_MS };

export const inspection =
  (deps: InspectRoutes, { idleMs, maxMs }: InspectSettings = SETTINGS): FastifyPluginAsyncZod =>
  async (app) => {
    const { maxBytes } = deps.evidence.limits;
    const arriving = arrivals({ maxBytes, totalBytes: 2 * maxBytes, idleMs });
    let inspected = 0;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', async (request: FastifyRequest, payload: FastifyRequest['raw']) => {
      requireFitting(request, maxBytes);
      return arriving.receive(payload);
    });
    app.setErrorHandler((error, _request, reply) => {
      // The rest of a body that has timed out is of no use.
      if ((error as { code?: unknown }).code === 'request_timeout') reply.header('connection', 'close');
      throw error;
    });

    app.post(
      '/evidence/inspect',
      {
        config: { takesMs: maxMs },
        bodyLimit: maxBytes,
        onRequest: (request, _reply, done) => done(inspected < MAX_INSPECTIONS ? refusalOf(request) : tooMany()),
        schema: {
          operationId: 'inspectEvidence',
          summary: 'What a file is and contains',
          description: `Send any file as the body; nothing is stored. \
A file that cannot be read also answers 200: \`state\` says so. \
A file that is not read within ${MAX_MS / 1_000} s answers 503. The content of an artifact may take longer.`,
          tags: ['Evidence'],
          consumes: ['application/octet-stream', 'text/plain', '*/*'],
          body: Bytes,
          response: {
            ...answers(200, 'The report on the file.', EvidenceReport),
            ...refusals(
              'cross_site_request',
              'request_timeout',
              'not_ready',
              'body_too_large',
              'unsupported_media_type',
            ),
          },
        },
      },
      async (request, reply) => {
        if (inspected >= MAX_INSPECTIONS) throw tooMany();
        inspected += 1;
        try {
          return await inspect(deps, request, reply, maxMs);
        } finally {
          inspected -= 1;
        }
      },
    );
  };

async function inspect(
  deps: InspectRoutes,
  request: FastifyRequest,
  reply: FastifyReply,
  maxMs: number,
): Promise<EvidenceReport> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const end = new AbortController();
  const hungUp = () => end.abort(new MaestroError('malformed_request', 'The caller hung up'));
  if (request.raw.socket?.destroyed) hungUp();
  reply.raw.once('close', hungUp);
  const timer = setTimeout(() => end.abort(tooLate(maxMs)), maxMs);
  try {
    const at = deps.now().toISOString();
    return reportOf(await deps.evidence.read(bytes, at, end.signal), at, deps.trust.judging().trust);
  } finally {
    clearTimeout(timer);
    reply.raw.off('close', hungUp);
  }
}

function tooMany(): MaestroError {
  return new MaestroError('overloaded', `${MAX_INSPECTIONS} files are being inspected already; try again`);
}

function tooLate(maxMs: number): MaestroError {
  const detail = `The file was not read within ${maxMs / 1_000} s: send it as the content of an artifact, which may take longer`;
  return new MaestroError('handler_timeout', detail);
}

function requireFitting({ headers }: FastifyRequest, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes)
    throw new MaestroError('body_too_large', `The file is larger than the limit of ${maxBytes} bytes`);
}

// curl --data-binary labels any file as a form. Only a multipart media type shows that the bytes
// are not the file itself.
function refusalOf({ headers }: FastifyRequest): MaestroError | undefined {
  if (isEncoded(headers['content-encoding']))
    return new MaestroError('unsupported_media_type', 'The file must not be encoded', [
      { in: 'header', pointer: '/content-encoding', detail: 'is not supported; send the bytes unencoded' },
    ]);
  if (isMultipart(headers['content-type']))
    return new MaestroError(
      'unsupported_media_type',
      'The body is a form, not the file itself: use curl --data-binary @FILE',
      [{ in: 'header', pointer: '/content-type', detail: 'must not be multipart; send the bytes as they are' }],
    );
  return undefined;
}
