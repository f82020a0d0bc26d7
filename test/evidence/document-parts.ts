// What generated documents are made of: the same for the same number, every time.
import { createHash } from 'node:crypto';

export type Generated = {
  format: string;
  /** The name of the fact that counts its entries. */
  counted: string;
  /** The document as a value, with `count` entries. */
  of: (count: number) => object;
  /** Its text, where that is not its JSON. */
  written?: (count: number) => string;
};

export const CREATED = '2026-01-31T10:05:00Z';
export const SHA256 = 'ab'.repeat(32);
export const COMMIT = '12'.repeat(20);

export const name = (at: number) => `library-of-some-name-${at}`;
export const version = (at: number) => `${at % 10}.${at % 7}.${at % 13}`;
export const purl = (at: number) => `pkg:npm/${name(at)}@${version(at)}`;
export const sha256 = (at: number) => createHash('sha256').update(String(at)).digest('hex');

export const each = <One>(count: number, make: (at: number) => One) =>
  Array.from({ length: count }, (_, at) => make(at));
