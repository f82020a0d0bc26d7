// The headers of content: digests (RFC 9530), byte ranges (RFC 9110, section 14), file names (RFC
// 6266).
import type { IncomingHttpHeaders } from 'node:http';
import { type FieldError, invalid, MaestroError } from '../domain/errors.ts';
import { isMultipart, ownTag, tagsIn } from '../http/request-headers.ts';
import type { ByteRange } from './store.ts';

type Digests = { sha256: string; sha512: string };

const FIELD_OF = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const;
const DIGEST_HEADERS = ['repr-digest', 'content-digest'] as const;

/**
 * The digests that a request states, by header: those in SHA-256 and SHA-512, as hexadecimal
 * digits. Throws `validation_failed` for a header that cannot be read.
 */
export function digestsSent(headers: IncomingHttpHeaders): { header: string; field: keyof Digests; hex: string }[] {
  return DIGEST_HEADERS.flatMap((header) => {
    const text = headers[header];
    if (text === undefined) return [];
    return String(text)
      .split(',')
      .map((member) => {
        const [, name = '', base64 = ''] =
          /^[ \t]*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):[ \t]*$/.exec(member) ?? [];
        if (name === '') throw invalid([headerError(header, 'must be digests such as sha-256=:…:')]);
        return { header, name, hex: Buffer.from(base64, 'base64').toString('hex') };
      })
      .flatMap(({ name, hex }) =>
        Object.hasOwn(FIELD_OF, name) ? [{ header, field: FIELD_OF[name as keyof typeof FIELD_OF], hex }] : [],
      );
  });
}

/** Throws `digest_mismatch` if the bytes do not have the digests that the headers state. */
export function requireSent(sent: ReturnType<typeof digestsSent>, digests: Digests): void {
  const wrong = sent.filter(({ field, hex }) => digests[field] !== hex);
  if (wrong.length === 0) return;
  const errors = wrong.map(({ header, field }) => headerError(header, `does not match the ${field} of the bytes`));
  throw new MaestroError('digest_mismatch', 'The bytes received do not match the digests in the headers', errors);
}

export function headerError(name: string, detail: string): FieldError {
  return { in: 'header', pointer: `/${name}`, detail };
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"[^"\\\\\\x00-\\x1f\\x7f-\\uffff]*"))*$`,
);
const MAX_MEDIA_TYPE = 256;

/**
 * The media type of a request; `application/octet-stream` if it states none. Throws
 * `unsupported_media_type` for anything else, and for forms.
 */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  const type = headers['content-type'] ?? 'application/octet-stream';
  if (type.length > MAX_MEDIA_TYPE || !MEDIA_TYPE.test(type)) throw notAMediaType();
  if (!isMultipart(type) && !URL_ENCODED.test(type)) return type;
  // curl -F wraps the file and curl -d removes its line ends. Stored, they would be evidence that
  // nothing can read.
  const error = headerError('content-type', 'must not be a form; send the bytes of the file as they are');
  throw new MaestroError('unsupported_media_type', 'The body is a form, not the file itself: use curl -T FILE URL', [
    error,
  ]);
}

const URL_ENCODED = /^application\/x-www-form-urlencoded(?:[ \t;]|$)/i;

export function notAMediaType(): MaestroError {
  const error = headerError('content-type', `must be a media type of at most ${MAX_MEDIA_TYPE} characters`);
  return new MaestroError('unsupported_media_type', 'The Content-Type is not a valid media type', [error]);
}

/**
 * The part that a `Range` header asks for. Null is the whole content: also for anything but a
 * single range of bytes, and for content of no bytes. Throws `range_not_satisfiable` if there is no
 * such part.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null {
  const [whole, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header ?? '') ?? [];
  if (size === 0 || whole === undefined || (first === '' && last === '')) return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  if (start > end) throw new MaestroError('range_not_satisfiable', `The content has ${size} bytes`);
  return { start, end };
}

const MAX_NAME = 100;

/**
 * `Content-Disposition: attachment` with the last segment of a path as the file name, without
 * anything that could mislead.
 */
export function attachment(path: string, fallback: string): string {
  const step = path.split(/[?#]/, 1)[0]?.split(/[/\\]/).at(-1) ?? '';
  const printable = step.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '').replace(/^[.\s]+/, '');
  // By code points: half a surrogate pair cannot be encoded. Windows drops dots and spaces at the
  // end, which could hide an extension.
  const name =
    [...printable]
      .slice(0, MAX_NAME)
      .join('')
      .replace(/[.\s]+$/, '') || fallback;
  const ascii = name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === name
    ? `attachment; filename="${ascii}"`
    : `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** The entity tag of content: content never changes, so its digest is its version. */
export function etagOf({ digests }: { readonly digests: { readonly sha256: string } }): string {
  return `"${digests.sha256}"`;
}

/**
 * What `If-Match` and `If-None-Match` require of the content of an artifact (RFC 9110, section
 * 13.2.2). The returned function is called inside the lock of the store. Throws `validation_failed`
 * here, and `precondition_failed` there.
 */
export function contentCondition(headers: IncomingHttpHeaders): (content: { digests: Digests } | null) => void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  const wanted = match === undefined ? null : tagsIn('if-match', match);
  const unwanted = noneMatch === undefined ? null : tagsIn('if-none-match', noneMatch);
  return (content) => {
    const etag = content === null ? null : etagOf(content);
    if (wanted !== null && !names(wanted, etag)) throw notMet('If-Match', etag);
    if (unwanted !== null && names(unwanted, etag)) throw notMet('If-None-Match', etag);
  };
}

function names(tags: '*' | string[], etag: string | null): boolean {
  if (etag === null || tags === '*') return etag !== null;
  return tags.some((opaque) => ownTag(opaque) === etag);
}

function notMet(name: string, etag: string | null): MaestroError {
  const found = etag === null ? 'has no content' : `has content with the ETag ${etag}`;
  return new MaestroError('precondition_failed', `The condition ${name} is not met: the artifact ${found}`);
}

/** A digest field of one SHA-256, given as hexadecimal digits. */
export function digestField(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}
