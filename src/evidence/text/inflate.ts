// Compression: gzip is undone, other compression is refused by name.
import { constants, gunzipSync } from 'node:zlib';
import { Unreadable } from '../unreadable.ts';

/**
 * Beyond the first MiB a document may grow by a factor of 100 at most. For JSON and XML as tools
 * write it, a factor of 40 is high.
 */
const MAX_RATIO = 100;
const ANY_RATIO = 1024 * 1024;

/** The number of compressed bytes that are unpacked to see whether they contain text. */
const SAMPLE = 16 * 1024;

export type Inflated = {
  /** Unpacked if they contain text; of an archive or a binary only the beginning. */
  readonly bytes: Buffer;
  /** Whether there is more than `bytes`. */
  readonly cut: boolean;
  readonly packed: boolean;
};

/**
 * Undoes gzip, once. Throws `Unreadable`: `gzip-malformed`; `too_large` for over 100 times its
 * size; `gzip_nested`; and `zstd`, `xz`, `bzip2` and `zip`, which are not read.
 */
export function inflate(bytes: Buffer, maxBytes: number): Inflated {
  const name = compressionOf(bytes);
  if (name === null) return { bytes, cut: false, packed: false };
  if (name !== 'gzip') throw new Unreadable(name, `It is compressed with ${name}, which is not read`, { format: name });
  const sample = gunzip(bytes.subarray(0, SAMPLE), constants.Z_SYNC_FLUSH, ANY_RATIO * 64);
  if (sample.length > Math.max(ANY_RATIO, SAMPLE * MAX_RATIO)) throw tooLarge(MAX_RATIO);
  const inner = compressionOf(sample);
  if (inner !== null)
    throw new Unreadable('gzip_nested', `It is ${inner} compressed with gzip, which is not read`, { format: 'gzip' });
  if (!seemsText(sample)) return { bytes: sample, cut: true, packed: true };
  return inflateText(bytes, sample, maxBytes);
}

function inflateText(bytes: Buffer, sample: Buffer, maxBytes: number): Inflated {
  const byRatio = Math.max(ANY_RATIO, bytes.length * MAX_RATIO);
  try {
    return { bytes: gunzip(bytes, constants.Z_FINISH, Math.min(byRatio, maxBytes)), cut: false, packed: true };
  } catch (error) {
    if ((error as { code?: string }).code !== 'too_large') throw error;
    if (byRatio <= maxBytes) throw tooLarge(MAX_RATIO);
    return { bytes: sample, cut: true, packed: true };
  }
}

function gunzip(bytes: Buffer, finishFlush: number, maxOutputLength: number): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush, maxOutputLength });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(MAX_RATIO);
    throw new Unreadable('gzip-malformed', `It is damaged gzip: ${(error as Error).message}`, { format: 'gzip' });
  }
}

function tooLarge(ratio: number): Unreadable {
  return new Unreadable('too_large', `Unpacked it is more than ${ratio} times as large`, { format: 'gzip' });
}

type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'zip';

const MAGIC: readonly (readonly [string, Compression])[] = [
  ['\x1f\x8b', 'gzip'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['\xfd7zXZ\0', 'xz'],
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['PK\x07\x08', 'zip'],
];

function compressionOf(bytes: Buffer): Compression | null {
  const start = bytes.toString('latin1', 0, 10);
  // A block begins with the digits of pi, an empty file ends with those of its square root: text
  // may begin with BZh, too.
  if (/^BZh[1-9]/.test(start) && ['1AY&SY', '\x17rE8P\x90'].includes(start.slice(4))) return 'bzip2';
  return MAGIC.find(([magic]) => start.startsWith(magic))?.[1] ?? null;
}

// Every archive and program contains zero bytes; no text except UTF-16 does.
function seemsText(sample: Buffer): boolean {
  const zero = sample.indexOf(0);
  return zero === -1 || zero < 4;
}
