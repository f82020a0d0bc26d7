// What Maestro asks of a place for bytes. Every promise below has a case in the contract test, which every driver runs.
import type { Readable } from 'node:stream';

export type BlobStoreKind = 'memory' | 'file' | 's3' | 'gs';

/** The blob stores of all tenants. */
export interface BlobStores {
  readonly kind: BlobStoreKind;

  /** The blobs of one tenant. Whether another tenant holds the same bytes can never be seen. */
  open(tenant: string): BlobStore;

  /** Blobs of no tenant, by which it is tried out whether the place takes and gives bytes. */
  readonly probe: BlobStore;

  /** What tells this place from any other, and from an empty one in its stead. */
  readonly marker: PlaceMarker;

  /**
   * Makes what the place needs beside blobs, and tidies up what dead processes have left. Called once it is known that it is the right place;
   * may be called again.
   */
  prepare(): Promise<void>;

  /** How many bytes the place has room for; null where only a write can show it. */
  free(): Promise<number | null>;

  /** Lets go of what the driver holds. No method is called after it. */
  close(): Promise<void>;
}

/** A short text that lies at the root of a place, apart from all blobs. */
export interface PlaceMarker {
  /** Where it lies, in words for a person. */
  readonly where: string;

  /**
   * The text, without blanks around it, at most the first 1,024 bytes of it; null where the place answers and holds none, and where the place
   * itself is missing in a way that cannot be told from that.
   */
  read(): Promise<string | null>;

  /** Writes the text unless there is one already, making the place where it is missing. Durable once it resolves. */
  write(text: string): Promise<void>;
}

/** A part of a blob: the bytes from `start` to `end`, both included, counted from 0. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * One tenant's blobs, each under the SHA-256 of its bytes, which is 64 lower-case hexadecimal digits; drivers build no path
 * of anything else. A blob is there whole or not at all. What the place itself cannot do throws
 * `content_store_unavailable`, and `content_store_full` where it has no room.
 */
export interface BlobStore {
  /** Room for bytes that come in, `bytes` of them where that is known. They are no blob yet. */
  receive(bytes?: number): Promise<Incoming>;

  /** How many bytes a blob has, null where it is not there. */
  size(sha256: string): Promise<number | null>;

  /** The bytes of a blob or a part of it, as they lie there: who reads them checks them. Throws `content_lost` where it is not there. */
  read(sha256: string, range?: ByteRange): Promise<Readable>;

  /** A URL that anyone can read the blob from for some minutes; null where the place has none. */
  link(sha256: string, names: { disposition: string; mediaType: string }): Promise<string | null>;

  /** The blobs that were last kept before `moment`, in no order. */
  keptBefore(moment: Date): AsyncIterable<string>;

  /**
   * Removes a blob that was last kept before `moment` unless `isNeeded` says otherwise, which is called after nobody can find the
   * blob any more, where the place allows that. Returns whether it was removed.
   */
  remove(sha256: string, moment: Date, isNeeded: () => Promise<boolean>): Promise<boolean>;
}

/** Bytes on their way to becoming a blob. */
export interface Incoming {
  /** Takes a chunk; resolves when the next may come. */
  write(chunk: Uint8Array): Promise<void>;

  /**
   * Makes what came a blob that outlives the process and the machine, in place of one that lies there already. The caller vouches for
   * the digest. May be called again, should the blob have been removed since.
   */
  keep(sha256: string): Promise<void>;

  /** Lets go of what came; a blob that was kept stays. Called once, in the end. */
  discard(): Promise<void>;
}
