// The query parameters of all lists, and the Link header to the next page.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { storableText } from '../domain/bounds.ts';
import { MAX_PAGE_ROWS, type Page, type PageRequest } from '../domain/page.ts';
import { canonicalPath } from './canonical-path.ts';
import { type PublicUrl, publicPath } from './public-url.ts';

/**
 * The query parameters of every list. `limit` is text, as nothing is coerced, and takes plain
 * decimal digits only.
 */
export const PageQuery = z.strictObject({
  limit: z
    .string()
    .refine((value) => /^[1-9]\d{0,3}$/.test(value) && Number(value) <= MAX_PAGE_ROWS, {
      error: `must be a whole number from 1 to ${MAX_PAGE_ROWS}`,
    })
    .optional()
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: MAX_PAGE_ROWS,
      description: `Maximum number of rows in one page, ${MAX_PAGE_ROWS} by default. A page also ends at 8 MiB.`,
      examples: [100],
    }),
  cursor: storableText()
    .optional()
    .meta({
      description: 'The opaque cursor in the `Link` header of the previous page.',
      examples: ['MXgyIDAxOTlhMWMy'],
    }),
});
type PageQuery = z.infer<typeof PageQuery>;

export function pageRequest(query: PageQuery): PageRequest {
  return { limit: query.limit === undefined ? MAX_PAGE_ROWS : Number(query.limit), cursor: query.cursor ?? null };
}

/** The rows of a page. If there is another page, the reply links to it (RFC 8288). */
export function rowsOf<Row>(
  deps: { publicUrl: PublicUrl | null },
  page: Page<Row>,
  request: FastifyRequest,
  reply: FastifyReply,
): Readonly<Row>[] {
  if (page.next !== null) {
    const next = new URLSearchParams(request.query as Record<string, string>);
    next.set('cursor', page.next);
    reply.header('link', `<${publicPath(deps.publicUrl, canonicalPath(request))}?${next}>; rel="next"`);
  }
  return page.rows;
}
