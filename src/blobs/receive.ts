// Receives the bytes of content, and hashes them on their way into the store.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ReceivedContent } from '../domain/artifact/store-content.ts';
import { MaestroError } from '../domain/errors.ts';
import { STOPPING, type Stop } from '../http/stopping.ts';
import type { Incoming } from './store.ts';

export type ReceiveLimits = {
  maxBytes: number;
  /** Longest time without a byte. */
  idleMs: number;
  /** Longest time for all bytes. */
  totalMs: number;
  stop?: Stop;
};

/**
 * Writes all of `source` to `incoming`, a chunk at a time. SHA-384 is computed only on request.
 * Throws `body_too_large` at the first byte too many, `request_timeout`, `malformed_request` if the
 * source ends early, and `not_ready` if the process stops and the source has stalled or the time
 * for stopping is over.
 */
export async function receive(
  source: Readable,
  incoming: Incoming,
  limits: ReceiveLimits,
  with384: boolean,
): Promise<Pick<ReceivedContent, 'digests' | 'size'>> {
  const [sha256, sha384, sha512] = [createHash('sha256'), with384 ? createHash('sha384') : null, createHash('sha512')];
  const clock = deadline(limits);
  const chunks = source[Symbol.asyncIterator]();
  let size = 0;
  // One chunk is written while the next arrives and is hashed.
  let writing = Promise.resolve();
  try {
    for (;;) {
      const { done, value } = await clock.within(chunks.next().catch(cutOff));
      if (done === true) break;
      const chunk = value as Buffer;
      size += chunk.length;
      if (size > limits.maxBytes) throw tooLarge(limits.maxBytes);
      sha256.update(chunk);
      sha384?.update(chunk);
      sha512.update(chunk);
      await writing;
      writing = incoming.write(chunk);
      // Awaited before anything else is done with `incoming`. A failure need not wait for the next
      // chunk, which may never come.
      writing.catch(clock.end);
    }
    await writing;
  } finally {
    clock.stop();
    // The rest of a refused body may still come, unread: otherwise its sender could not read the
    // answer.
    source.removeAllListeners('readable');
    if (!source.readableEnded && !source.destroyed) source.resume();
    await writing.catch(() => {});
  }
  const hex = { sha256: sha256.digest('hex'), sha384: sha384?.digest('hex') ?? null, sha512: sha512.digest('hex') };
  return { digests: hex, size };
}

export function tooLarge(maxBytes: number): MaestroError {
  return new MaestroError('body_too_large', `The content is larger than the limit of ${maxBytes} bytes`);
}

function cutOff(cause: unknown): never {
  throw new MaestroError('malformed_request', 'The request ended before its body did', [], cause);
}

/** How long a stalled source is awaited once the process stops. */
const STOP_IDLE_MS = 2_000;

const LATE = new MaestroError('request_timeout', 'The content took too long to arrive');

function deadline({ idleMs, totalMs, stop }: ReceiveLimits) {
  let ended: Error | null = null;
  let fail = (_error: Error) => {};
  let idle: NodeJS.Timeout | undefined;
  const end = (error: Error) => {
    ended = error;
    fail(error);
  };
  const wait = () => {
    const stops = stop?.begun.aborted === true;
    clearTimeout(idle);
    idle = setTimeout(() => fail(stops ? STOPPING : LATE), stops ? Math.min(idleMs, STOP_IDLE_MS) : idleMs);
  };
  const over = () => end(STOPPING);
  const total = setTimeout(end, totalMs, LATE);
  if (stop?.over.aborted) over();
  stop?.over.addEventListener('abort', over);
  stop?.begun.addEventListener('abort', wait);
  return {
    end,
    /**
     * The result of the work, unless it takes too long. A new promise each time: a race against a
     * lasting one would hold every chunk in memory.
     */
    within<Result>(work: Promise<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        fail = reject;
        if (ended !== null) reject(ended);
        wait();
        work.finally(() => clearTimeout(idle)).then(resolve, reject);
      });
    },
    stop() {
      clearTimeout(total);
      clearTimeout(idle);
      stop?.over.removeEventListener('abort', over);
      stop?.begun.removeEventListener('abort', wait);
    },
  };
}
