import { v7 } from 'uuid';

// Asking the system for random bytes costs more than the rest of an id, so they are fetched for 256
// ids at once.
const ID_BYTES = 16;
const pool = new Uint8Array(ID_BYTES * 256);
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
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(6) >>> 1;
  } else {
    sequence = (sequence + 1) >>> 0;
    if (sequence === 0) milliseconds += 1;
  }
  return v7({ random, msecs: milliseconds, seq: sequence });
}
