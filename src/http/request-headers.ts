// Request headers that several routes read: entity tags, content codings (RFC 9110, sections 8.4,
// 8.8.3 and 13.1).
import { invalid } from '../domain/errors.ts';

const TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,[ \t]*|$)/y;

/**
 * The opaque tags of `If-Match` or `If-None-Match`, or `*`. Throws `validation_failed`. Weakness is
 * dropped: a tag of Maestro is a digest, and a proxy that compresses the answer weakens it.
 */
export function tagsIn(name: string, header: string): '*' | string[] {
  const text = header.trim();
  if (text === '*') return '*';
  const tags = [];
  let at = 0;
  do {
    TAG.lastIndex = at;
    const [, opaque] = TAG.exec(text) ?? [];
    if (opaque === undefined) {
      throw invalid([{ in: 'header', pointer: `/${name}`, detail: 'must be * or entity tags in double quotes' }]);
    }
    tags.push(opaque);
    at = TAG.lastIndex;
  } while (at < text.length);
  return tags;
}

// Apache and Caddy append the coding with one hyphen, Jetty with two; two proxies append twice.
const CODING_SUFFIX = /(?:--?(?:gzip|br|zstd|deflate))+"$/;
const MAX_SUFFIXED = 128;

/**
 * An opaque tag as Maestro writes it: without the suffix that a proxy appends when it compresses
 * the answer, and without the hyphens that tags of Maestro had once.
 */
export function ownTag(opaque: string): string {
  // The bound keeps the search linear: no tag of Maestro is nearly as long.
  return opaque.length > MAX_SUFFIXED ? opaque : opaque.replace(CODING_SUFFIX, '"').replaceAll('-', '_');
}

/** Whether a media type is a multipart one: then the file is one part at most. */
export function isMultipart(mediaType: string | undefined): boolean {
  return /^[ \t]*multipart\//i.test(mediaType ?? '');
}

/**
 * Whether a body is encoded, by its `Content-Encoding`. `identity` and an empty list mean that it
 * is not.
 */
export function isEncoded(header: string | undefined): boolean {
  if (header === undefined) return false;
  return header.split(',').some((coding) => !/^[ \t]*(?:identity)?[ \t]*$/i.test(coding));
}

/**
 * Whether `Accept` (RFC 9110, section 12.5.1) prefers HTML to JSON. Browsers name `text/html`;
 * other clients send a wildcard or nothing, and get JSON.
 */
export function prefersHtml(accept = '*/*'): boolean {
  const html = preferenceFor(accept, ['text/html', 'text/*', '*/*']);
  const json = preferenceFor(accept, ['application/json', 'application/*', '*/*']);
  return html.q > json.q || (html.q > 0 && html.q === json.q && html.rank < json.rank);
}

/**
 * The weight of the most specific range in `accept`; `ranges` are sorted, the most specific first.
 */
function preferenceFor(accept: string, ranges: readonly string[]): { q: number; rank: number } {
  const weights = new Map<string, number>();
  for (const item of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    weights.set(range, weight >= 0 && weight <= 1 ? weight : 0);
  }
  const rank = ranges.findIndex((range) => weights.has(range));
  return rank < 0 ? { q: 0, rank: ranges.length } : { q: weights.get(ranges[rank] ?? '') ?? 0, rank };
}

/** Whether a request with these headers has a body. */
export function hasBody(headers: Readonly<Record<string, unknown>>): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
