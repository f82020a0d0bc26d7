/** A key as a reference token of a JSON Pointer (RFC 6901, section 4), without lone surrogates. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed();
}
