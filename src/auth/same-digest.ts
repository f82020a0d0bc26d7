import { timingSafeEqual } from 'node:crypto';

/** Whether two digests, as hexadecimal digits, are the same. How long it takes does not depend on where they differ. */
export function sameDigest(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
