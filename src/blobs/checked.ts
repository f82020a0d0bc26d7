import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { damaged } from './refusals.ts';

/**
 * Passes a blob on, but holds its last chunk back until the whole blob has the SHA-256, in
 * hexadecimal digits, and the size. Otherwise the stream fails with `content_lost`, so that no
 * reader ever has bytes that only seem to be whole.
 */
export function checked(sha256: string, size: number): Transform {
  const hash = createHash('sha256');
  return holdingBack(
    `blob ${sha256}`,
    size,
    (chunk) => void hash.update(chunk),
    () => {
      const found = hash.digest('hex');
      return found === sha256 ? null : `has the SHA-256 ${found}`;
    },
  );
}

/**
 * Passes a part of a blob on, unless it has not exactly `size` bytes: with fewer, the next answer
 * on the connection would be taken for the rest; with more, the rest for the next answer. The bytes
 * themselves are not checked.
 */
export function counted(sha256: string, size: number): Transform {
  return holdingBack(
    `a part of blob ${sha256}`,
    size,
    () => {},
    () => null,
  );
}

function holdingBack(what: string, size: number, see: (chunk: Buffer) => void, fault: () => string | null): Transform {
  let came = 0;
  let held: Buffer | null = null;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      came += chunk.length;
      // Sending the held chunk would complete an answer of the right length.
      if (came > size) done(damaged(`${what} has more than its ${size} bytes`));
      else if (chunk.length === 0) done();
      else {
        see(chunk);
        if (held !== null) this.push(held);
        held = chunk;
        done();
      }
    },
    flush(done) {
      const wrong = came === size ? fault() : `has ${came} bytes`;
      if (wrong === null && held !== null) this.push(held);
      done(wrong === null ? null : damaged(`${what} of ${size} bytes ${wrong}`));
    },
  });
}
