// Encodes parsed ASN.1 objects in DER. The library makes a kilobyte of buffer for each value and
// copies it at every level: this takes a tenth of the time for a certificate.
import type { ASN1Obj } from '@sigstore/core';

/** The bytes that the `toDER` of the library returns for an object, in a buffer of their own. */
export function encodedDer(object: ASN1Obj): Buffer {
  const lengths: number[] = [];
  const target = Buffer.allocUnsafe(measure(object, lengths));
  write(object, lengths, { target, at: 0, next: 0 });
  return target;
}

// The size of an object with its header. Puts the length of every content into `lengths`, in the
// order in which they are written.
function measure({ subs, value }: ASN1Obj, lengths: number[]): number {
  const index = lengths.push(0) - 1;
  let length = subs.length > 0 ? 0 : value.length;
  for (const sub of subs) length += measure(sub, lengths);
  lengths[index] = length;
  return 1 + lengthBytes(length) + length;
}

type Writing = { readonly target: Buffer; at: number; next: number };

function write({ tag, subs, value }: ASN1Obj, lengths: readonly number[], writing: Writing): void {
  const { target } = writing;
  const length = lengths[writing.next++] ?? 0;
  target[writing.at++] = tag.toDER();
  const more = lengthBytes(length) - 1;
  if (more === 0) target[writing.at++] = length;
  else {
    target[writing.at++] = 0x80 | more;
    writing.at = target.writeUIntBE(length, writing.at, more);
  }
  for (const sub of subs) write(sub, lengths, writing);
  if (subs.length > 0) return;
  target.set(value, writing.at);
  writing.at += value.length;
}

// How many bytes the length takes: the short form up to 127, else one byte before the digits.
function lengthBytes(length: number): number {
  let bytes = 1;
  if (length > 0x7f) for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes += 1;
  return bytes;
}
