// Certificates, real ones and such as nobody issues, and what the library says of each part of one.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from '@sigstore/core';
import { SIGNED_VECTORS } from '../system/verify-vectors.ts';
import { bundle, plain, stamped, stampedBundle } from './bundles.ts';

const FOLDER = join(process.env.MAESTRO_VECTORS ?? '', 'evidence');

/** The certificates of the instances of the tests, and of every signed vector where there are some. */
export const knownCertificates = (): Buffer[] => {
  known ??= allCertificates();
  return known;
};

let known: Buffer[] | null = null;

function allCertificates(): Buffer[] {
  const ours = [bundle, stampedBundle, plain.root, stamped.root].map((one) => JSON.stringify(one));
  const vectors = SIGNED_VECTORS.map(({ file }) => readFileSync(join(FOLDER, file), 'utf8'));
  const found = [...ours, ...vectors].flatMap(certificatesIn);
  return [...new Map(found.map((der) => [der.toString('base64'), der])).values()];
}

// Whatever is in base64 or PEM and can be parsed, wherever it is.
function certificatesIn(text: string): Buffer[] {
  return [...text.matchAll(/[A-Za-z0-9+/]{400,}={0,2}/g)].flatMap(([base64]) => {
    const bytes = Buffer.from(base64, 'base64');
    const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/.exec(bytes.toString('latin1'))?.[1];
    const der = pem === undefined ? bytes : Buffer.from(pem, 'base64');
    return parsed(der) === null ? [] : [der];
  });
}

export function parsed(der: Uint8Array): X509Certificate | null {
  try {
    return X509Certificate.parse(Buffer.from(der));
  } catch {
    return null;
  }
}

/** Numbers below `most`, the same for the same seed. */
export function seeded(seed: string): (most: number) => number {
  let count = 0;
  return (most) => createHash('sha256').update(`${seed}/${count++}`).digest().readUInt32BE() % most;
}

/** The bytes with one byte changed, or the bytes of some values taken away, repeated or exchanged. */
export function mutated(bytes: Buffer, below: (most: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = below(copy.length);
  const length = 1 + below(40);
  const [head, part, tail] = [copy.subarray(0, at), copy.subarray(at, at + length), copy.subarray(at + length)];
  switch (below(6)) {
    case 0:
      return Buffer.concat([head, tail]);
    case 1:
      return Buffer.concat([head, part, part, tail]);
    case 2:
      copy[at] = below(256);
      return copy;
    default:
      copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
      return copy;
  }
}
