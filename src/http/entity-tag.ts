// Entity tags (RFC 9110, section 8.8.3): what a caller has, and whether a row is still that.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { MaestroError } from '../domain/errors.ts';
import { freshRowText, rowText } from '../json/row-text.ts';
import { ownTag, tagsIn } from './request-headers.ts';

export type Digest = {
  /** SHA-256 of bytes, or of a text in UTF-8, as base64url without padding (RFC 4648). */
  digest(data: string | Uint8Array): string;
};

export type Preconditions = Digest & {
  /** Whether a PATCH must say by `If-Match` which version it changes. */
  requireIfMatch: boolean;
};

/** Where a tag is cut: 132 bits of the digest. */
const TAG_CHARACTERS = 22;

// Of the very text that is answered, so that a row with a field more never passes for one without.
// Without hyphens, so that no tag ends like the suffix of a proxy.
function tagOf(deps: Digest, text: string): string {
  return `"${deps.digest(text).slice(0, TAG_CHARACTERS).replaceAll('-', '_')}"`;
}

/** Sends a row with its `ETag`, or 304 without it where `If-None-Match` says that the caller has it. */
export function sendRow(deps: Digest, schema: z.ZodType, row: object, request: FastifyRequest, reply: FastifyReply) {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const text = reads ? rowText(schema, row) : freshRowText(schema, row);
  const tag = tagOf(deps, text);
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const had = request.headers['if-none-match'];
  if (had !== undefined && reads) {
    const tags = tagsIn('if-none-match', had);
    if (tags === '*' || tags.some((opaque) => ownTag(opaque) === tag)) return reply.code(304).send();
  }
  // The text has been made by the schema of the answer: there is no need to make it again.
  return reply.type('application/json; charset=utf-8').send(text);
}

/**
 * What `If-Match` asks of the row that is about to change, to be called with the row inside the store's lock. Throws
 * `precondition_failed` there, and here `precondition_required` where the header is missing and must not be.
 */
export function ifMatch(deps: Preconditions, schema: z.ZodType, request: FastifyRequest): (row: object) => void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined) {
    if (!deps.requireIfMatch) return () => {};
    throw new MaestroError('precondition_required', 'If-Match is missing: send the ETag of the row as you read it');
  }
  const tags = tagsIn('if-match', wanted);
  return (row) => {
    if (tags === '*') return;
    const tag = tagOf(deps, freshRowText(schema, row));
    // RFC 9110 asks for strong comparison, as a weak tag may stand for several representations.
    // Ours is a digest of the row: weakened by a proxy that compresses, it still stands for this
    // row.
    if (tags.some((opaque) => ownTag(opaque) === tag)) return;
    const known = tags.some((opaque) => ROW_TAG.test(ownTag(opaque)));
    throw new MaestroError('precondition_failed', known ? CHANGED : UNKNOWN);
  };
}

const ROW_TAG = /^"\w{22}"$/;
const CHANGED = 'The row has changed since you read it: read it again';
const UNKNOWN = 'If-Match has no ETag of a row: send the ETag that came with the row, as it came';
