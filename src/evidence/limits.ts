// The bounds of a document that is read. Apart from what unpacks it, which the server never loads.
export type ReadLimits = {
  /** Of a document, unpacked. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxNodes: number;
};

/** How much of a document that is too large is examined, in bytes. */
export const BEGINNING_BYTES = 64 * 1024;

export const LIMITS: ReadLimits = { maxBytes: 32 * 1024 * 1024, maxDepth: 256, maxNodes: 2_000_000 };
