import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { damaged } from './refusals.ts';

/**
 * Passes a blob on, but holds the chunk with its last byte back until all of it has the SHA-256, in hexadecimal digits, and the size. Where
 * it has another, the stream fails with `content_lost`, so that whoever reads it never has bytes that only seem to be whole.
 */
export function checked(sha256: string, size: number): Transform {
  const hash = createHash('sha256');
  let came = 0;
  let held: Buffer | null = null;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      came += chunk.length;
      // More than the blob has: what is held would be the end of an answer of the right length.
      if (came > size) done(damaged(`blob ${sha256} has more than its ${size} bytes`));
      else if (chunk.length === 0) done();
      else {
        hash.update(chunk);
        if (held !== null) this.push(held);
        held = chunk;
        done();
      }
    },
    flush(done) {
      const found = hash.digest('hex');
      if (found !== sha256 || came !== size) {
        done(damaged(`blob ${sha256} of ${size} bytes has the SHA-256 ${found} and ${came} bytes`));
        return;
      }
      if (held !== null) this.push(held);
      done();
    },
  });
}
