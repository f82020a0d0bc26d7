// The bytes of content that are to be read.
import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import type { ArtifactContent } from '../../domain/artifact/artifact.ts';
import { MaestroError } from '../../domain/errors.ts';
import { within } from '../../http/time-limit.ts';

/** Where the bytes come from. */
export type Source = {
  /** The bytes of a tenant's content. Throws `content_lost` if they are gone. */
  contentOf(tenant: string, sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** At most one byte more than the largest document is fetched. */
  readers: { readonly maxBytes: number };
};

/**
 * Less than the lease, so that no other process counts an attempt while the content store hangs.
 */
const FETCH_MS = 45_000;

/**
 * The bytes of content; of content that is too large only as many as show that it is. Null if they
 * are gone or damaged. Rejects if they cannot be fetched now, and when `signal` is aborted.
 */
export async function fetchContent(
  { readers, contentOf }: Source,
  tenant: string,
  { size, digests }: Readonly<Pick<ArtifactContent, 'size' | 'digests'>>,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const isTooLarge = size > readers.maxBytes;
  // The additional byte shows the reader that there is more.
  const range = isTooLarge ? { start: 0, end: readers.maxBytes } : undefined;
  let stream: Readable | undefined;
  const fetching = async () => {
    stream = addAbortSignal(signal, await contentOf(tenant, digests.sha256, range));
    return fetchAll(stream, isTooLarge ? readers.maxBytes + 1 : size);
  };
  const late = () => {
    stream?.destroy();
    const cause = new Error(`${digests.sha256} did not come within ${FETCH_MS} ms`);
    return new MaestroError('content_store_unavailable', 'The content store does not answer', [], cause);
  };
  try {
    const fetched = await within(fetching(), FETCH_MS, late, signal);
    return fetched !== null && (isTooLarge || fetched.sha256 === digests.sha256) ? fetched.bytes : null;
  } catch (error) {
    if (error instanceof MaestroError && error.code === 'content_lost') return null;
    throw error;
  }
}

// Null if there are more than `most`. Hashed and copied as they arrive: all at once would block
// every request.
async function fetchAll(stream: Readable, most: number): Promise<{ bytes: Buffer; sha256: string } | null> {
  const bytes = Buffer.allocUnsafeSlow(most);
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length + chunk.length > most) return null;
    bytes.set(chunk, length);
    hash.update(chunk);
    length += chunk.length;
  }
  return { bytes: bytes.subarray(0, length), sha256: hash.digest('hex') };
}
