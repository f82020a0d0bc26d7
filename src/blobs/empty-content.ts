// Content that says nothing: the trace of a tool that failed, or of a file that was not there.

// Of content that says nothing, this is all but its blanks.
const MAX_BYTES = 256;

// NUL is the other half of a character of UTF-16.
const BLANKS = [0x00, 0x09, 0x0a, 0x0d, 0x20];

const BYTE_ORDER_MARK = /^(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)/;

// No bytes, blanks, empty JSON values and what they are made of, or a YAML document of nothing.
const NOTHING = /^(?:[[\]{},~]|null|""|---|\.\.\.)*$/;

/**
 * Looks at bytes that come in chunks, and says in the end whether they say anything. It keeps some
 * of the first that are no blanks.
 */
export function looksForWords() {
  let seen = '';
  return {
    see(chunk: Uint8Array): void {
      for (let at = 0; at < chunk.length && seen.length <= MAX_BYTES; at += 1) {
        const byte = chunk[at] as number;
        if (!BLANKS.includes(byte)) seen += String.fromCharCode(byte);
      }
    },
    saysNothing: (): boolean => seen.length <= MAX_BYTES && NOTHING.test(seen.replace(BYTE_ORDER_MARK, '')),
  };
}
