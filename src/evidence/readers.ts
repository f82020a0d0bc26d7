// The interface of whatever reads documents for the service.
import type { Reading } from './reading.ts';

/** The digests of a document's bytes, in hexadecimal. */
export type Digests = { readonly sha256: string; readonly sha512: string };

export type ReadHow = {
  /** Whether it is read before others that wait. */
  readonly first?: boolean;
  /**
   * When the bytes were received (RFC 3339, UTC, milliseconds). If given, the signed parts are
   * verified.
   */
  readonly receivedAt?: string;
  /** Computed where they are not given and the document is not understood. */
  readonly digests?: Digests;
  /** Whether the bytes are the beginning of a document that is too large, which only recognises it. */
  readonly isCut?: boolean;
  /** Ends the reading, or the wait for it: `read` then rejects with its reason. */
  readonly signal?: AbortSignal;
};

export interface Readers {
  /** How many documents are read at a time. */
  readonly workers: number;
  /**
   * The largest document that is read, in bytes. A larger one is recognised by its beginning, but
   * not read.
   */
  readonly maxBytes: number;

  /**
   * Reads any bytes, in the order of the calls except for those with `first`. A document that takes
   * too long or ends its worker is read once more, after those that wait at that time and while
   * nothing else is read; then it is given up. Never rejects because of what the bytes contain:
   * only if the readers are closed, no worker can be started, or `signal` is aborted. The bytes
   * must not change in the meantime.
   */
  read(bytes: Uint8Array, how?: ReadHow): Promise<Reading>;
  /** Ends at once: what is being read or waits is rejected. */
  close(): Promise<void>;
}
