// The routes of content: the bytes of an artifact, sent and fetched.
import { Readable, type Transform } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  Artifact,
  type ArtifactContent,
  declaredDigests,
  type ReceivedContent,
  storeContent,
} from '../domain/artifact/artifact.ts';
import { invalid, MaestroError } from '../domain/errors.ts';
import { stampOf } from '../domain/event/event.ts';
import { looksForWords } from '../domain/evidence/empty-content.ts';
import { isPending } from '../domain/evidence/evidence.ts';
import { isEncoded, ownTag } from '../http/request-headers.ts';
import { answers, refusals } from '../http/responses.ts';
import { type Readiness, type Stop, unlessOver } from '../http/stopping.ts';
import { preferredWait, settled } from '../http/waiting.ts';
import type { CoreStores } from '../store/store.ts';
import { checked, counted } from './checked.ts';
import {
  attachment,
  contentCondition,
  digestField,
  digestsSent,
  etagOf,
  headerError,
  mediaTypeOf,
  notAMediaType,
  rangeOf,
  requireSent,
} from './headers.ts';
import { type ReceiveLimits, receive, tooLarge } from './receive.ts';
import { lost, unavailable } from './refusals.ts';
import type { BlobStore, Incoming } from './store.ts';

export type ContentRoutes = {
  /** The stores of the tenant that the request belongs to. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'artifacts'>;
  /** Where content lies, and how it is taken and given. */
  blobs: {
    /** The blob store of the tenant that the request belongs to. Throws `content_store_not_configured`. */
    storeFor(request: FastifyRequest): BlobStore;
    limits: Omit<ReceiveLimits, 'stop'>;
    /** Whether content is fetched from where it lies, where that gives out links. */
    redirect: boolean;
  };
  evidence: {
    /** Told that something waits to be read, of the tenant that the request belongs to. Polling finds what is not told. */
    wake(request: FastifyRequest): void;
    /** Resolves when something was read here, at the latest after some hundred milliseconds or `ms`, whichever is less. */
    nextReading(ms: number): Promise<void>;
  };
  now(): Date;
  newId(): string;
  /** Whether the process takes work now. */
  readiness(): Readiness;
  stop: Stop;
};

const ContentParams = z.object({
  artifact_id: z
    .string()
    .meta({ description: 'Id of the artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
});

const Bytes = z.any().meta({ description: 'The bytes as they are.' });

type ContentRequest = FastifyRequest<{ Params: z.infer<typeof ContentParams> }>;

export const content =
  (deps: ContentRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Artifacts'];
    // The body stays a stream, whatever it is.
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
        config: { streams: true },
        schema: {
          operationId: 'putArtifactContent',
          summary: 'Send the content of an artifact',
          description:
            'Any bytes of any media type but forms, once: content never changes. An artifact whose kind is a document takes no content that says nothing. `If-Match` and `If-None-Match` are about the content, whose `ETag` is its SHA-256. `Repr-Digest` and `Content-Digest` (RFC 9530) are checked where they are sent, and so is `content_hash` where it is a SHA-256, SHA-384 or SHA-512. It is durable before it is read; the answer waits up to 2 seconds for that, or for what `Prefer: wait=N` says (RFC 7240, 0 to 60 seconds).',
          tags,
          params: ContentParams,
          consumes: ['application/octet-stream', 'text/plain', '*/*'],
          body: Bytes,
          response: {
            ...answers(200, 'The artifact, which has these very bytes already.', Artifact),
            ...answers(201, 'The artifact with its content.', Artifact),
            ...refusals(...UPLOAD_REFUSALS),
          },
        },
      },
      (request, reply) => put(deps, request, reply),
    );

    app.get(
      '/artifacts/:artifact_id/content',
      {
        config: { streams: true },
        schema: {
          operationId: 'getArtifactContent',
          summary: 'Fetch the content of an artifact',
          description:
            'The bytes as they were sent. A whole answer breaks off before its last bytes where they are not what was stored; a part (`Range`) and a redirect are not checked, and carry no `Content-Digest`.',
          tags,
          params: ContentParams,
          response: {
            ...answers(200, 'All bytes.', Bytes, '*/*'),
            ...answers(206, 'The part that `Range` asks for.', Bytes, '*/*'),
            ...answers(302, 'Elsewhere, for some minutes; only with `CONTENT_REDIRECT`.', Bytes, '*/*'),
            ...answers(304, 'The caller has it.', Bytes, '*/*'),
            ...refusals(...DOWNLOAD_REFUSALS),
          },
        },
      },
      (request, reply) => get(deps, request, reply),
    );
  };

// What a problem in place of content must not say of itself.
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

// Most documents are read in less.
const DEFAULT_WAIT_SECONDS = 2;

async function put(deps: ContentRoutes, request: ContentRequest, reply: FastifyReply) {
  const { headers, raw } = request;
  const stores = deps.storesFor(request);
  const blobs = deps.blobs.storeFor(request);
  const artifact = await stores.artifacts.get(request.params.artifact_id);
  const { id } = artifact;
  requireWhole(request);
  const wait = preferredWait(headers) ?? DEFAULT_WAIT_SECONDS;
  const media_type = mediaTypeOf(headers);
  const sent = digestsSent(headers);
  const check = contentCondition(headers);
  const { maxBytes } = deps.blobs.limits;
  const length = Number(headers['content-length'] ?? 0);
  if (length > maxBytes) throw tooLarge(maxBytes);
  const incoming = await blobs.receive(length);
  const { socket } = raw;
  const idleMs = socket.timeout ?? 0;
  // Nothing may move for as long as a place takes to keep what came; what comes has a limit of its own. Requests that came by no
  // socket have no time-out.
  socket.setTimeout?.(0);
  try {
    const with384 = declaredDigests(artifact).some(({ algorithm }) => algorithm === 'sha384');
    const words = looksForWords();
    const hashed = await receive(raw, watched(incoming, words), { ...deps.blobs.limits, stop: deps.stop }, with384);
    const received = { ...hashed, media_type, says_nothing: words.saysNothing() };
    requireSent([...sent, ...digestsSent(raw.trailers ?? {})], received.digests);
    const stamp = stampOf(deps, request);
    const change = (row: Readonly<Artifact>) => {
      check(row.content);
      return storeContent(row, received, stamp);
    };
    // What the row would refuse is not kept.
    change(await stores.artifacts.get(id));
    const { sha256 } = received.digests;
    await unlessOver(deps.stop, incoming.keep(sha256));
    await requireThere(blobs, incoming, received);
    let stored = false;
    const updated = await stores.artifacts.update(id, (row) => {
      const changed = change(row);
      stored = changed !== null;
      return changed;
    });
    await requireThere(blobs, incoming, received);
    if (stored) deps.evidence.wake(request);
    reply.code(stored ? 201 : 200);
    if (!isPending(updated)) return updated;
    // Awaited here: while `finally` waits for the disk, nobody else would hear it reject, and that ends a process.
    const waiting = { nextChange: deps.evidence.nextReading, readiness: deps.readiness };
    return await settled(waiting, request, wait, () => stores.artifacts.get(id), isPending);
  } finally {
    socket.setTimeout?.(idleMs);
    await incoming.discard();
  }
}

function watched(incoming: Incoming, words: ReturnType<typeof looksForWords>): Incoming {
  const write = (chunk: Uint8Array) => {
    words.see(chunk);
    return incoming.write(chunk);
  };
  return { ...incoming, write };
}

/**
 * Keeps the blob again where it is not there whole: a sweep that looked for rows before this one was written may have taken it away,
 * or the place may have lost it. Throws `content_store_unavailable` where that does not help.
 */
async function requireThere(blobs: BlobStore, incoming: Incoming, { digests, size }: ReceivedContent): Promise<void> {
  if ((await blobs.size(digests.sha256)) === size) return;
  await incoming.keep(digests.sha256);
  const found = await blobs.size(digests.sha256);
  if (found !== size)
    throw unavailable(new Error(`${digests.sha256} has ${found} bytes after it was kept, not ${size}`));
}

function requireWhole({ headers }: FastifyRequest): void {
  if (isEncoded(headers['content-encoding'])) {
    const error = headerError('content-encoding', 'is not taken; send the bytes as they are');
    throw new MaestroError('unsupported_media_type', 'Content is stored as it comes, not encoded', [error]);
  }
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && !/^chunked$/i.test(coding)) {
    const error = headerError('transfer-encoding', 'must be chunked alone');
    throw new MaestroError('unsupported_media_type', 'Content is stored as it comes, not encoded', [error]);
  }
  if (coding === undefined && headers['content-length'] === undefined) {
    throw invalid([
      headerError('content-length', 'is required, or transfer-encoding: chunked; 0 where content is empty'),
    ]);
  }
  if (headers['content-range'] !== undefined) {
    const error = headerError('content-range', 'is not taken; send all bytes');
    throw new MaestroError('validation_failed', 'Content is sent whole', [error]);
  }
}

async function get(deps: ContentRoutes, request: ContentRequest, reply: FastifyReply) {
  const { id, path_or_uri, content: found } = await deps.storesFor(request).artifacts.get(request.params.artifact_id);
  if (found === null) throw new MaestroError('content_not_found', `Artifact '${id}' has no content yet`);
  const { sha256 } = found.digests;
  const disposition = attachment(path_or_uri, id);
  const etag = etagOf(found);
  // Compressed by a proxy, the bytes are no longer those that the digests are of.
  reply.header('etag', etag).header('cache-control', 'private, no-cache, no-transform');
  if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const blobs = deps.blobs.storeFor(request);
  if (deps.blobs.redirect && request.method === 'GET') {
    const url = await blobs.link(sha256, { disposition, mediaType: found.media_type });
    if (url !== null) return reply.code(302).header('location', url).send();
  }
  reply.header('content-disposition', disposition).header('accept-ranges', 'bytes').type(found.media_type);
  // A browser that shows it all the same runs nothing of it.
  reply.header('content-security-policy', "default-src 'none'; sandbox");
  return sendBytes(blobs, found, request, reply);
}

async function sendBytes(blobs: BlobStore, content: ArtifactContent, request: FastifyRequest, reply: FastifyReply) {
  const { digests, size } = content;
  const { range: asked, 'if-range': condition } = request.headers;
  // The exact tag only: a proxy that changed the tag sent other bytes, and a part of ours does not
  // fit.
  const fresh = condition === undefined || condition === etagOf(content);
  let range = null;
  try {
    range = fresh && request.method === 'GET' ? rangeOf(asked, size) : null;
  } catch (error) {
    reply.header('content-range', `bytes */${size}`);
    throw error;
  }
  reply.header('repr-digest', digestField(digests.sha256));
  if (range === null) reply.header('content-digest', digestField(digests.sha256)).header('content-length', size);
  // Who only asks for the headers is to see as well that the bytes are gone.
  if (request.method === 'HEAD' && (await blobs.size(digests.sha256)) !== size) throw lost(digests.sha256);
  // Of a stream Fastify takes no length for HEAD.
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  if (range === null) return reply.send(piped(await blobs.read(digests.sha256), checked(digests.sha256, size)));
  const { start, end } = range;
  const bytes = end - start + 1;
  reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`).header('content-length', bytes);
  return reply.send(piped(await blobs.read(digests.sha256, range), counted(digests.sha256, bytes)));
}

/** What goes through `checks`; whichever of both ends or fails takes the other along. */
function piped(source: Readable, checks: Transform): Transform {
  source.once('error', (error) => checks.destroy(error));
  checks.once('close', () => source.destroy());
  return source.pipe(checks);
}

function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => ownTag(tag.trim().replace(/^W\//, '')) === etag);
}
