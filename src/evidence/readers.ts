// Where documents are read: what the service asks, whoever does the reading.
import type { Reading } from './reading.ts';

export interface Readers {
  /** How many documents are read at a time. */
  readonly threads: number;
  /** Of a document. Of a larger one it is told what it seems to be. */
  readonly maxBytes: number;

  /**
   * Reads any bytes, in the order of the calls, but those that are to be read `first` before the others that wait. What in them is signed
   * is verified where it is said when they were received (RFC 3339, UTC, milliseconds). Never rejects for what they hold, only when the
   * readers are closed. The bytes are given away: they may be empty for the caller from then on.
   */
  read(bytes: Uint8Array, how?: { first?: boolean; receivedAt?: string }): Promise<Reading>;
  /** Ends at once: what is being read or waits is rejected. */
  close(): Promise<void>;
}
