// Asking the system for random bytes costs more than the rest of an id, so they are fetched for 256
// ids at once.
const ID_BYTES = 16;
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;
let [milliseconds, sequence] = [0, 0];

/**
 * A new UUID version 7. Each sorts after the one before, within a millisecond too and if the clock
 * is set back.
 */
export function newId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + ID_BYTES);
  used += ID_BYTES;
  const now = Date.now();
  if (now > milliseconds) {
    milliseconds = now;
    // 31 random bits: half of the sequence's range is left to count in.
    sequence = random.readUInt32BE(6) >>> 1;
  } else {
    sequence = (sequence + 1) >>> 0;
    if (sequence === 0) milliseconds += 1;
  }
  return uuidOf(random, milliseconds, sequence);
}

/**
 * The UUID version 7 (RFC 9562, section 5.7) of these values, written into `bytes`, which are random
 * before: 16 of them. `sequence` is a whole number of 32 bits. Not that of the package uuid, as its
 * 20 files are a fiftieth of a start.
 */
export function uuidOf(bytes: Buffer, milliseconds: number, sequence: number): string {
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | (sequence >>> 28);
  bytes[7] = sequence >>> 20;
  bytes[8] = 0x80 | ((sequence >>> 14) & 0x3f);
  bytes[9] = sequence >>> 6;
  bytes[10] = (sequence << 2) | ((bytes[10] as number) & 0x03);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
