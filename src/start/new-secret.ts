const SECRET_BYTES = 32;

/** 32 random bytes, for the text of a token. */
export function newSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}
