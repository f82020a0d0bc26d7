// Sends the content of an artifact: all of it, a part, a redirect to it, or 304.
import { Readable, type Transform } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ArtifactContent } from '../domain/artifact/artifact.ts';
import { MaestroError } from '../domain/errors.ts';
import { ownTag } from '../http/request-headers.ts';
import type { CoreStores } from '../store/store.ts';
import { checked, counted } from './checked.ts';
import { attachment, digestField, etagOf, rangeOf } from './headers.ts';
import { lost } from './refusals.ts';
import type { BlobStore } from './store.ts';

export type GetContent = {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'artifacts'>;
  blobs: {
    /** The blob store of the request's tenant. Throws `content_store_not_configured`. */
    storeFor(request: FastifyRequest): BlobStore;
    /** Whether callers are redirected to the content's place, if that offers URLs. */
    redirect: boolean;
  };
};

/** Sends the content of the artifact `artifactId`. Throws `content_not_found`. */
export async function getContent(deps: GetContent, artifactId: string, request: FastifyRequest, reply: FastifyReply) {
  const { id, path_or_uri, content: found } = await deps.storesFor(request).artifacts.get(artifactId);
  if (found === null) throw new MaestroError('content_not_found', `Artifact '${id}' has no content yet`);
  const { sha256 } = found.digests;
  const disposition = attachment(path_or_uri, id);
  const etag = etagOf(found);
  // If a proxy compressed the bytes, the digests would no longer be theirs.
  reply.header('etag', etag).header('cache-control', 'private, no-cache, no-transform');
  if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const blobs = deps.blobs.storeFor(request);
  if (deps.blobs.redirect && request.method === 'GET') {
    const url = await blobs.link(sha256, { disposition, mediaType: found.media_type });
    if (url !== null) return reply.code(302).header('location', url).send();
  }
  reply.header('content-disposition', disposition).header('accept-ranges', 'bytes').type(found.media_type);
  // A browser that displays it anyway runs nothing in it.
  reply.header('content-security-policy', "default-src 'none'; sandbox");
  return sendBytes(blobs, found, request, reply);
}

async function sendBytes(blobs: BlobStore, content: ArtifactContent, request: FastifyRequest, reply: FastifyReply) {
  const { digests, size } = content;
  const { range: asked, 'if-range': condition } = request.headers;
  // Only the exact tag: a proxy that changed the tag sent other bytes, to which a part of ours does
  // not fit.
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
  // HEAD, too, must show that the bytes are gone.
  if (request.method === 'HEAD' && (await blobs.size(digests.sha256)) !== size) throw lost(digests.sha256);
  // For HEAD, Fastify takes no length from a stream.
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  if (range === null) return reply.send(piped(await blobs.read(digests.sha256), checked(digests.sha256, size)));
  const { start, end } = range;
  const bytes = end - start + 1;
  reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`).header('content-length', bytes);
  return reply.send(piped(await blobs.read(digests.sha256, range), counted(digests.sha256, bytes)));
}

/** The stream through `checks`. If either ends or fails, so does the other. */
function piped(source: Readable, checks: Transform): Transform {
  source.once('error', (error) => checks.destroy(error));
  checks.once('close', () => source.destroy());
  return source.pipe(checks);
}

function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => ownTag(tag.trim().replace(/^W\//, '')) === etag);
}
