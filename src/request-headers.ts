// Request headers that several routes read: entity tags and content codings (RFC 9110, sections 8.4, 8.8.3 and 13.1).
import { invalid } from './domain/errors.ts';

export type EntityTag = { readonly weak: boolean; readonly opaque: string };

const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,[ \t]*|$)/y;

/** The entity tags of `If-Match` or `If-None-Match`, or `*`. Throws `validation_failed`. */
export function tagsIn(name: string, header: string): '*' | EntityTag[] {
  const text = header.trim();
  if (text === '*') return '*';
  const tags = [];
  let at = 0;
  do {
    TAG.lastIndex = at;
    const [, weak, opaque] = TAG.exec(text) ?? [];
    if (opaque === undefined) {
      throw invalid([{ in: 'header', pointer: `/${name}`, detail: 'must be * or entity tags in double quotes' }]);
    }
    tags.push({ weak: weak !== undefined, opaque });
    at = TAG.lastIndex;
  } while (at < text.length);
  return tags;
}

/** Whether a media type is one of several parts, of which the file is one at most. */
export function isMultipart(mediaType: string | undefined): boolean {
  return /^[ \t]*multipart\//i.test(mediaType ?? '');
}

/** Whether `Content-Encoding` says that a body is encoded. `identity` says that it is not, and so does an empty list. */
export function isEncoded(header: string | undefined): boolean {
  return (header ?? '').split(',').some((coding) => !/^[ \t]*(?:identity)?[ \t]*$/i.test(coding));
}
