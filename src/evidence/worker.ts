// The thread that reads documents, one after another. It has no secrets: its environment is empty.
import { parentPort, workerData } from 'node:worker_threads';
import type { Reading } from './reading.ts';
import type { ReadLimits } from './unpack.ts';

/** What a worker is made with: the URL of the module that exports `readDocument`, and what it is called with. */
export type WorkerData = { readonly reader: string; readonly limits: ReadLimits };

export type Task = { readonly id: number; readonly bytes: Uint8Array };

/** Sent to the other side when the reading of a document begins. */
export type Begun = { readonly begun: number };

const { reader, limits } = workerData as WorkerData;
const { readDocument } = await import(reader);

export async function read({ id, bytes }: Task): Promise<Reading> {
  parentPort?.postMessage({ begun: id } satisfies Begun);
  return await readDocument(bytes, limits);
}
