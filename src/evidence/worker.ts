// The thread that reads documents, one after another. It has no secrets: its environment is empty.
import { parentPort, workerData } from 'node:worker_threads';
import type { Verifier } from '../domain/signed.ts';
import type { Reading } from './reading.ts';
import type { ReadLimits } from './unpack.ts';

/**
 * What a worker is made with: the URL of the module that exports `readDocument`, what it is called with, and the URL of the module that
 * exports `verifierOf`, null where nothing is verified.
 */
export type WorkerData = { readonly reader: string; readonly limits: ReadLimits; readonly verifier: string | null };

/** `trust` is what `verifierOf` takes. Without `receivedAt` nothing is verified. */
export type Task = {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly trust: unknown;
  readonly receivedAt: string | undefined;
};

/** Sent to the other side when the reading of a document begins. */
export type Begun = { readonly begun: number };

const { reader, limits, verifier } = workerData as WorkerData;
const { readDocument } = await import(reader);
const verifierOf: ((trust: unknown) => Verifier) | null =
  verifier === null ? null : (await import(verifier)).verifierOf;

export async function read({ id, bytes, trust, receivedAt }: Task): Promise<Reading> {
  parentPort?.postMessage({ begun: id } satisfies Begun);
  const verifying = verifierOf === null || receivedAt === undefined ? null : { verify: verifierOf(trust), receivedAt };
  return await readDocument(bytes, limits, undefined, verifying);
}
