// The routes of content: the bytes of an artifact, sent and fetched.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Artifact } from '../domain/artifact/artifact.ts';
import { answers, refusals } from '../http/responses.ts';
import { type GetContent, getContent } from './get-content.ts';
import { notAMediaType } from './headers.ts';
import { type PutContent, putContent } from './put-content.ts';

export type ContentRoutes = PutContent & GetContent;

const ContentParams = z.object({
  artifact_id: z
    .string()
    .meta({ description: 'Id of the artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
});

const Bytes = z.any().meta({ description: 'The raw bytes.' });

export const content =
  (deps: ContentRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Artifacts'];
    // Any body stays a stream.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _body, done) => done(null));
    app.setErrorHandler((error, _request, reply) => {
      const { code } = error as { code?: unknown };
      for (const name of OF_CONTENT) reply.removeHeader(name);
      if (code !== 'range_not_satisfiable') reply.removeHeader('content-range');
      reply.header('cache-control', 'no-store');
      throw code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? notAMediaType() : error;
    });

    app.put(
      '/artifacts/:artifact_id/content',
      {
        config: { permission: 'artifacts:write', streams: true },
        schema: {
          operationId: 'putArtifactContent',
          summary: 'Send the content of an artifact',
          description:
            'The body is the content itself, of any media type except forms. Once stored, content never changes. ' +
            'An artifact whose kind is a document cannot have content that holds no data. `If-Match` and ' +
            '`If-None-Match` apply to the content, whose `ETag` is its SHA-256. The bytes must match ' +
            '`Repr-Digest` and `Content-Digest` (RFC 9530) if they are sent, and `content_hash` if it is a ' +
            'SHA-256, SHA-384 or SHA-512. The content is durable before it is read. The response waits up to 2 ' +
            'seconds until it has been read, or up to N seconds with `Prefer: wait=N` (RFC 7240, 0 to 60).',
          tags,
          params: ContentParams,
          consumes: ['application/octet-stream', 'text/plain', '*/*'],
          body: Bytes,
          response: {
            ...answers(200, 'The artifact, which already had these bytes.', Artifact),
            ...answers(201, 'The artifact with its content.', Artifact),
            ...refusals(...UPLOAD_REFUSALS),
          },
        },
      },
      (request, reply) => putContent(deps, request.params.artifact_id, request, reply),
    );

    app.get(
      '/artifacts/:artifact_id/content',
      {
        config: { permission: 'artifacts:read', streams: true },
        schema: {
          operationId: 'getArtifactContent',
          summary: 'Fetch the content of an artifact',
          description:
            'The bytes as they were uploaded. A full response breaks off before its last bytes if they are not ' +
            'what was stored. A part (`Range`) and a redirect are not checked and carry no `Content-Digest`.',
          tags,
          params: ContentParams,
          response: {
            ...answers(200, 'All bytes.', Bytes, '*/*'),
            ...answers(206, 'The part that `Range` asks for.', Bytes, '*/*'),
            ...answers(
              302,
              'A redirect to the bucket, valid for some minutes. Only with `CONTENT_REDIRECT`.',
              Bytes,
              '*/*',
            ),
            ...answers(304, 'Not modified: your copy is current.', Bytes, '*/*'),
            ...refusals(...DOWNLOAD_REFUSALS),
          },
        },
      },
      (request, reply) => getContent(deps, request.params.artifact_id, request, reply),
    );
  };

// Headers of content, removed from a problem sent in its place.
const OF_CONTENT = [
  'content-security-policy',
  'etag',
  'content-disposition',
  'accept-ranges',
  'repr-digest',
  'content-digest',
  'content-length',
];

const CONTENT_REFUSALS = ['artifact_not_found', 'content_store_unavailable', 'content_store_not_configured'] as const;
const UPLOAD_REFUSALS = [
  ...CONTENT_REFUSALS,
  'cross_site_request',
  'owner_not_granted',
  'request_timeout',
  'not_ready',
  'content_conflict',
  'run_full',
  'precondition_failed',
  'body_too_large',
  'unsupported_media_type',
  'digest_mismatch',
  'content_store_full',
] as const;
const DOWNLOAD_REFUSALS = [...CONTENT_REFUSALS, 'content_not_found', 'range_not_satisfiable', 'content_lost'] as const;
