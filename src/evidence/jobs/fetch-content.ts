// The bytes of content that are to be read.
import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import type { ArtifactContent } from '../../domain/artifact/artifact.ts';
import { MaestroError } from '../../domain/errors.ts';
import { within } from '../../http/time-limit.ts';
import { BEGINNING_BYTES } from '../limits.ts';

/** Where the bytes come from. */
export type Source = {
  /** The bytes of a tenant's content. Throws `content_lost` if they are gone. */
  contentOf(tenant: string, sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** At most one byte more than the largest document is fetched, which shows that there is more. */
  readers: { readonly maxBytes: number };
};

/**
 * Less than the lease, so that no other process counts an attempt while the content store hangs.
 */
const FETCH_MS = 45_000;

/**
 * The bytes of content; of content that is too large its beginning, which is enough to recognise it;
 * where that is gzip, as many bytes as show that it is too large. Null if they are gone or damaged.
 * Rejects if they cannot be fetched now, and when `signal` is aborted.
 */
export async function fetchContent(
  { readers: { maxBytes }, contentOf }: Source,
  tenant: string,
  { size, digests: { sha256 } }: Readonly<Pick<ArtifactContent, 'size' | 'digests'>>,
  signal: AbortSignal,
): Promise<Buffer | null> {
  let stream: Readable | undefined;
  const part = async (bytes: number) => {
    stream = addAbortSignal(signal, await contentOf(tenant, sha256, { start: 0, end: bytes - 1 }));
    return fetchAll(stream, bytes, null);
  };
  const fetching = async () => {
    if (size <= maxBytes) {
      stream = addAbortSignal(signal, await contentOf(tenant, sha256));
      return fetchAll(stream, size, sha256);
    }
    const beginning = await part(Math.min(BEGINNING_BYTES, maxBytes + 1));
    return beginning !== null && isGzip(beginning) && beginning.length <= maxBytes ? part(maxBytes + 1) : beginning;
  };
  const late = () => {
    stream?.destroy();
    const cause = new Error(`${sha256} did not come within ${FETCH_MS} ms`);
    return new MaestroError('content_store_unavailable', 'The content store does not answer', [], cause);
  };
  try {
    return await within(fetching(), FETCH_MS, late, signal);
  } catch (error) {
    if (error instanceof MaestroError && error.code === 'content_lost') return null;
    throw error;
  }
}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

// Null if there are more than `most`, or others than those of a digest that is given. Hashed and
// copied as they arrive: all at once would block every request.
async function fetchAll(stream: Readable, most: number, sha256: string | null): Promise<Buffer | null> {
  const bytes = Buffer.allocUnsafeSlow(most);
  const hash = sha256 === null ? null : createHash('sha256');
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length + chunk.length > most) return null;
    bytes.set(chunk, length);
    hash?.update(chunk);
    length += chunk.length;
  }
  return hash === null || hash.digest('hex') === sha256 ? bytes.subarray(0, length) : null;
}
