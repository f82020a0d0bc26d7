// Bodies on their way into memory. Threat: a body that comes a byte at a time. Each chunk costs two
// hundred bytes besides its own, so that six bodies of a megabyte filled a heap of 512 MiB.
import type { Readable } from 'node:stream';

export type ReceivedBody = { body: Buffer } | { fault: 'too_large' | 'wrong_length' } | { error: Error };

/** Chunks are joined once there are this many. */
const TOGETHER = 256;

/**
 * Calls `done` once: with all bytes of `source`, with what is wrong with them, or with how `source`
 * failed. `declared` is its Content-Length, NaN without one. What is too large is read no further.
 */
export function receiveBody(
  source: Readable,
  maxBytes: number,
  declared: number,
  done: (received: ReceivedBody) => void,
): void {
  if (declared > maxBytes) {
    done({ fault: 'too_large' });
    return;
  }
  const blocks: Buffer[] = [];
  let chunks: Buffer[] = [];
  let length = 0;
  const end = (received: ReceivedBody) => {
    source.off('data', take).off('end', whole).off('error', failed);
    done(received);
  };
  const failed = (error: Error) => end({ error });
  const take = (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) {
      end({ fault: 'too_large' });
      return;
    }
    chunks.push(chunk);
    if (chunks.length < TOGETHER) return;
    blocks.push(Buffer.concat(chunks));
    chunks = [];
  };
  const whole = () => {
    if (!Number.isNaN(declared) && declared !== length) end({ fault: 'wrong_length' });
    // Always copied: a chunk is part of what the socket has read, with bytes of other requests.
    else end({ body: Buffer.concat([...blocks, ...chunks], length) });
  };
  source.on('data', take).on('end', whole).on('error', failed).resume();
}
