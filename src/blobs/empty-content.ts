// Content without data: the trace of a tool that failed, or of a file that was missing.

// The most bytes, blanks not counted, that content without data may have.
const MAX_BYTES = 256;

// NUL is half of a UTF-16 character.
const BLANKS = [0x00, 0x09, 0x0a, 0x0d, 0x20];

const BYTE_ORDER_MARK = /^(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)/;

// No bytes, empty JSON values and what they consist of, or an empty YAML document.
const NOTHING = /^(?:[[\]{},~]|null|""|---|\.\.\.)*$/;

/**
 * Detects whether bytes that arrive in chunks hold any data. It keeps the first bytes that are not
 * blanks, up to a limit.
 */
export function dataDetector() {
  let seen = '';
  return {
    add(chunk: Uint8Array): void {
      for (let at = 0; at < chunk.length && seen.length <= MAX_BYTES; at += 1) {
        const byte = chunk[at] as number;
        if (!BLANKS.includes(byte)) seen += String.fromCharCode(byte);
      }
    },
    holdsNoData: (): boolean => seen.length <= MAX_BYTES && NOTHING.test(seen.replace(BYTE_ORDER_MARK, '')),
  };
}
