// What Maestro needs of a place for bytes. Every promise below has a case in the contract test,
// which every driver runs.
import type { Readable } from 'node:stream';

export type BlobStoreKind = 'memory' | 'file' | 's3' | 'gs';

/** The blob stores of all tenants. */
export interface BlobStores {
  readonly kind: BlobStoreKind;

  /** The blobs of one tenant. A caller can never see whether another tenant has the same bytes. */
  open(tenant: string): BlobStore;

  /** Blobs of no tenant, to try out whether the place can write and read. */
  readonly probe: BlobStore;

  /** Distinguishes this place from any other, and from an empty one that was mounted instead. */
  readonly marker: PlaceMarker;

  /**
   * Makes what the place needs besides blobs, and tidies up what dead processes left. Called once
   * the place is known to be the right one; may be called again.
   */
  prepare(): Promise<void>;

  /** The free bytes of the place; null if only a write can find out. */
  free(): Promise<number | null>;

  /** Releases what the driver holds. No method is called after it. */
  close(): Promise<void>;
}

/** A short text at the root of a place, apart from all blobs. */
export interface PlaceMarker {
  /** Where the marker is, in words for a person. */
  readonly where: string;

  /**
   * The text, without surrounding white space, at most its first 1,024 bytes. Null if the place
   * answers and has no marker, and if the place itself is missing in a way that cannot be
   * distinguished from that.
   */
  read(): Promise<string | null>;

  /**
   * Writes the text unless there is one already, and makes the place if it is missing. Durable once
   * it resolves.
   */
  write(text: string): Promise<void>;
}

/** A part of a blob: the bytes from `start` to `end`, both included, counted from 0. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * The blobs of one tenant, each named by the SHA-256 of its bytes: 64 lower-case hexadecimal
 * digits, and drivers build paths of nothing else. A blob is there whole or not at all. Failures of
 * the place throw `content_store_unavailable`, or `content_store_full` if it has no room.
 */
export interface BlobStore {
  /** Begins an upload, of `bytes` bytes if that is known. It is no blob yet. */
  receive(bytes?: number): Promise<Incoming>;

  /** The size of a blob in bytes; null if there is no such blob. */
  size(sha256: string): Promise<number | null>;

  /**
   * The bytes of a blob or a part of it, as they are stored: the caller checks them. Throws
   * `content_lost` if there is no such blob.
   */
  read(sha256: string, range?: ByteRange): Promise<Readable>;

  /** A URL from which anyone can read the blob for some minutes; null if the place has none. */
  link(sha256: string, names: { disposition: string; mediaType: string }): Promise<string | null>;

  /** The blobs that were last kept before `moment`, in no order. */
  keptBefore(moment: Date): AsyncIterable<string>;

  /**
   * Removes a blob that was last kept before `moment`, unless `isNeeded` returns true. Where the
   * place allows it, `isNeeded` is called after the blob cannot be found any more. Returns whether
   * the blob was removed.
   */
  remove(sha256: string, moment: Date, isNeeded: () => Promise<boolean>): Promise<boolean>;
}

/** An upload: bytes that are no blob yet. */
export interface Incoming {
  /** Takes a chunk; resolves when the next may come. */
  write(chunk: Uint8Array): Promise<void>;

  /**
   * Makes the bytes a blob that outlives the process and the machine, in place of one that is there
   * already. The caller guarantees the digest. May be called again, in case the blob was removed
   * since.
   */
  keep(sha256: string): Promise<void>;

  /** Releases the bytes; a blob that was kept stays. Called once, at the end. */
  discard(): Promise<void>;
}
