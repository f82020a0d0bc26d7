// The process that reads documents, one after another. It has no secrets: its environment is empty.
// A document that exhausts its heap or crashes the engine ends only this process.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Verifier } from '../../domain/evidence/signed.ts';
import type { ReadLimits } from '../limits.ts';
import type { readDocument } from '../read.ts';
import type { Digests } from '../readers.ts';
import type { Reading } from '../reading.ts';

/**
 * The first message to a worker: the URL of the module that exports `readDocument`, its limits, and
 * the URL of the module that exports `verifierOf`, null if nothing is verified.
 */
export type WorkerData = { readonly reader: string; readonly limits: ReadLimits; readonly verifier: string | null };

/**
 * Every later message: a document of `length` bytes, which arrive on the standard input. `trust` is
 * the argument of `verifierOf`. Without `receivedAt` nothing is verified. `digests` are those of the
 * bytes, if they are known. `isCut` says that there is more of it than was sent, which makes it too
 * large.
 */
export type Task = {
  readonly length: number;
  readonly trust: unknown;
  readonly receivedAt: string | undefined;
  readonly digests?: Digests | undefined;
  readonly isCut?: boolean | undefined;
};

/**
 * What a worker sends: first that it is ready, with the `version` of its readers, or why it is not;
 * then for each document the reading, or why the reader failed.
 */
export type Ready = { readonly version?: string; readonly reading?: Reading; readonly failure?: string };

type Loaded = {
  readonly version: string;
  readonly readDocument: typeof readDocument;
  readonly verifierOf: ((trust: unknown) => Verifier) | null;
};

/** The document that is being received. */
let incoming: { readonly bytes: Buffer; at: number; done(bytes: Buffer): void } | null = null;

const parent = process.ppid;
// The channel may already be closed.
if (!process.connected) process.exit(1);
process.once('disconnect', () => process.exit(1));
// A terminal and systemd send signals to all processes of a service; the server itself ends its
// workers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.on('data', arrive).pause();
dieBeforeServer();
endWithParent();

const [first] = (await once(process, 'message')) as [WorkerData];
const loaded = await load(first).catch((error: unknown) => {
  // The message of an error of Node has a path in it, which is not for callers.
  const { code } = error as { code?: unknown };
  send({ failure: `its modules cannot be loaded (${typeof code === 'string' ? code : reasonOf(error)})` });
  return null;
});
if (loaded !== null) {
  process.on('message', (task: Task) => void answer(loaded, task));
  send({ version: loaded.version });
}

async function load({ reader, verifier }: WorkerData): Promise<Loaded> {
  const { readDocument } = await import(reader);
  const { READER: version } = await import('../../domain/evidence/reader.ts');
  return { version, readDocument, verifierOf: verifier === null ? null : (await import(verifier)).verifierOf };
}

async function answer(loaded: Loaded, task: Task): Promise<void> {
  try {
    send({ reading: await read(loaded, task) });
  } catch (error) {
    send({ failure: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'for no reason';
}

async function read(
  { readDocument, verifierOf }: Loaded,
  { length, trust, receivedAt, digests, isCut }: Task,
): Promise<Reading> {
  const bytes = await receive(length);
  const verifying = verifierOf === null || receivedAt === undefined ? null : { verify: verifierOf(trust), receivedAt };
  return readDocument(bytes, first.limits, undefined, verifying, { digests, isCut });
}

function send(message: Ready): void {
  process.send?.(message);
}

function receive(length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  if (length === 0) return Promise.resolve(bytes);
  return new Promise((done) => {
    incoming = { bytes, at: 0, done };
    process.stdin.resume();
  });
}

// The next document is not sent before this one was answered.
function arrive(chunk: Buffer): void {
  if (incoming === null) return;
  const { bytes, at, done } = incoming;
  bytes.set(chunk, at);
  incoming.at += chunk.length;
  if (incoming.at < bytes.length) return;
  incoming = null;
  process.stdin.pause();
  done(bytes);
}

// When memory runs out, Linux ends the process with the highest score.
function dieBeforeServer(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Another system has no such file.
  }
}

// A document that loops keeps this thread from noticing that the server was killed; another thread
// notices.
function endWithParent(): void {
  const watch = `setInterval(() => { if (process.ppid !== ${parent}) process.kill(process.pid, 'SIGKILL'); }, 1000);`;
  const options = { eval: true, env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 8 } };
  new Worker(watch, options).unref();
}
