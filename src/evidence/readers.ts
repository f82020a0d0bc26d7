// Where documents are read: what the service asks, whoever does the reading.
import type { Reading } from './reading.ts';

export type ReadHow = {
  /** Whether it is read before the others that wait. */
  readonly first?: boolean;
  /** When the bytes were received (RFC 3339, UTC, milliseconds): what in them is signed is verified where it is given. */
  readonly receivedAt?: string;
  /** Ends the reading, or the wait for it: `read` rejects with its reason then. */
  readonly signal?: AbortSignal;
};

export interface Readers {
  /** How many documents are read at a time. */
  readonly workers: number;
  /** The largest document that is read, in bytes. A larger one is only recognised by its beginning. */
  readonly maxBytes: number;

  /**
   * Reads any bytes, in the order of the calls but for those that are to be read `first`. What takes too long or ends its worker is read once
   * more, after what waits then and while nothing else is read, before it is given up. Never rejects for what the bytes hold: only where the
   * readers are closed, no worker can be started, or `signal` is aborted. The bytes must not be changed meanwhile.
   */
  read(bytes: Uint8Array, how?: ReadHow): Promise<Reading>;
  /** Ends at once: what is being read or waits is rejected. */
  close(): Promise<void>;
}
