// Which content the rows of one tenant name: what decides that bytes of a place are kept.

export interface ContentStore {
  /** Whether any artifact has content with this SHA-256. */
  has(sha256: string): Promise<boolean>;

  /** The SHA-256 of up to `limit` contents that artifacts have, each once, in no order. */
  named(limit: number): Promise<readonly string[]>;
}
