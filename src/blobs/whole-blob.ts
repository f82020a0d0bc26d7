// Blobs that fit into memory, kept and read whole.
import { hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { damaged } from './refusals.ts';
import type { BlobStore } from './store.ts';

/** Makes the bytes a blob that outlives the process and the machine. Returns its SHA-256. */
export async function keepBlob(blobs: BlobStore, bytes: Uint8Array): Promise<string> {
  const sha256 = hash('sha256', bytes, 'hex');
  const incoming = await blobs.receive(bytes.length);
  try {
    await incoming.write(bytes);
    await incoming.keep(sha256);
  } finally {
    await incoming.discard();
  }
  return sha256;
}

/** The bytes of a blob. Throws `content_lost` if there is no such blob, or if it is damaged. */
export async function readBlob(blobs: BlobStore, sha256: string): Promise<Buffer> {
  const bytes = await buffer(await blobs.read(sha256));
  if (hash('sha256', bytes, 'hex') !== sha256) throw damaged(`blob ${sha256} has other bytes`);
  return bytes;
}
