// Bodies must be JSON in UTF-8, unencoded; anything else is refused before it is parsed.
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { MaestroError } from '../domain/errors.ts';
import { parseJsonBody } from './json-body.ts';
import { SEND_JSON } from './problem.ts';
import { type ReceivedBody, receiveBody } from './receive-body.ts';
import { isEncoded } from './request-headers.ts';

/**
 * Makes `app` accept JSON bodies only. `digest` is computed if an `Idempotency-Key` comes with the
 * body.
 */
export function takeJsonOnly(app: FastifyInstance, digest: (body: Uint8Array) => string): void {
  app.decorateRequest('bodyDigest', '');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request, payload, done) => {
    const { headers, routeOptions } = request;
    receiveBody(payload, routeOptions.bodyLimit ?? 0, Number(headers['content-length']), (received) => {
      try {
        const body = bytesOf(received);
        requireJsonInUtf8(request);
        if (headers['idempotency-key'] !== undefined) request.bodyDigest = digest(body);
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
    const detail = 'must be application/json, optionally with charset=utf-8';
    errors.push({ in: 'header' as const, pointer: '/content-type', detail });
  }
  if (headers['transfer-encoding'] !== undefined && !/^chunked$/i.test(headers['transfer-encoding'])) {
    errors.push({ in: 'header' as const, pointer: '/transfer-encoding', detail: 'must be chunked and nothing else' });
  }
  if (isEncoded(headers['content-encoding'])) {
    errors.push({
      in: 'header' as const,
      pointer: '/content-encoding',
      detail: 'is not supported; send the body unencoded',
    });
  }
  if (errors.length > 0) {
    throw new MaestroError('unsupported_media_type', SEND_JSON, errors);
  }
}
