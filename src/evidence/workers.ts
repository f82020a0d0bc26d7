// Reads documents in processes of their own, so that one that loops or exhausts memory costs only
// its own reading.
import { extname } from 'node:path';
import { MaestroError } from '../domain/errors.ts';
import { LIMITS, type ReadLimits } from './limits.ts';
import type { Readers } from './readers.ts';
import { endableCalls } from './workers/endable-calls.ts';
import { type Outcome, readingOf } from './workers/outcome.ts';
import { startWorker } from './workers/start-worker.ts';
import { type Order, turns } from './workers/turns.ts';
import { warmUp } from './workers/warm-up.ts';
import type { Task } from './workers/worker.ts';
import { type WorkerPool, workerPool } from './workers/worker-pool.ts';

export type ReadingSettings = {
  /** How many documents are read at the same time. */
  readonly workers: number;
  /** How long a document may take, from the moment a worker begins it. */
  readonly maxMs: number;
  /** How long a worker may take to start, on a slow machine and from the sources. */
  readonly startMs: number;
  /** The heap of a worker, in MiB. A document that exhausts it ends its worker. */
  readonly maxHeapMb: number;
  readonly limits: ReadLimits;
  /** The URL of the module that reads. */
  readonly reader: string;
  /**
   * The verifier: the URL of the module that exports `verifierOf`, and the current trust policy, in
   * the form that it takes. Null: nothing is verified.
   */
  readonly verifying: { readonly verifier: string; trust(): unknown } | null;
};

// This file is .js when compiled and .ts in the sources: so is the file beside it.
const READER = new URL(`./read${extname(import.meta.url)}`, import.meta.url).href;

export const READING: ReadingSettings = {
  workers: 2,
  maxMs: 60_000,
  startMs: 60_000,
  maxHeapMb: 512,
  limits: LIMITS,
  reader: READER,
  verifying: null,
};

/** With a time, so that the trust policy is compiled, too. */
const WARM_UP_AT = '1970-01-01T00:00:00.000Z';

export type ReadingWorkers = Readers & {
  /**
   * Compiles the schemas of all formats in one worker in the background, and keeps that worker, so
   * that no document waits for it. It works while nothing is read: a document that arrives is next,
   * after at most a second.
   */
  warmUp(): void;
};

/** Readers that start workers when they need them. They keep no process alive. */
export function readingWorkers(changes: Partial<ReadingSettings> = {}): ReadingWorkers {
  const settings = { ...READING, ...changes };
  const { workers, maxMs, limits } = settings;
  const pool = poolOf(settings);
  const attempt = attemptsIn(pool, settings);
  const calls = endableCalls();
  let isWarm = false;
  const warm = warmUp((text) =>
    calls.run(undefined, (signal) =>
      attempt(new TextEncoder().encode(text), 'idle', { receivedAt: WARM_UP_AT }, signal),
    ),
  );
  // The worker that replaces a lost one has compiled nothing.
  const onLost = () => {
    if (isWarm) warm.begin();
  };
  return {
    workers,
    maxBytes: limits.maxBytes,
    read: (bytes, { first, signal, ...known } = {}) =>
      calls.run(signal, async (ended) => {
        const once = (order: Order) => attempt(bytes, order, known, ended);
        return readingOf(await readTwice(once, first === true ? 'first' : 'last', onLost), maxMs);
      }),
    warmUp() {
      isWarm = true;
      pool.keepOne();
      warm.begin();
    },
    async close() {
      calls.close(new MaestroError('not_ready', 'The server is stopping; send the request again'));
      pool.close();
    },
  };
}

function poolOf({ reader, limits, verifying, maxHeapMb, startMs }: ReadingSettings): WorkerPool {
  const data = { reader, limits, verifier: verifying?.verifier ?? null };
  return workerPool(() => startWorker(data, maxHeapMb, startMs));
}

type Known = Partial<Pick<Task, 'receivedAt' | 'digests' | 'isCut'>>;

/** One attempt at a document, in its turn. */
function attemptsIn(pool: WorkerPool, { workers, verifying, maxMs }: ReadingSettings) {
  const turn = turns(workers);
  return (bytes: Uint8Array, order: Order, known: Known, signal: AbortSignal): Promise<Outcome> => {
    const task = () => ({ trust: verifying?.trust(), receivedAt: undefined, ...known });
    return turn(order, () => pool.use(signal, (worker) => worker.read(bytes, task(), maxMs)), signal);
  };
}

/** A document whose worker was lost is read once more, alone. */
async function readTwice(
  attempt: (order: Order) => Promise<Outcome>,
  order: Order,
  onLost: () => void,
): Promise<Outcome> {
  const first = await attempt(order);
  if (!('end' in first)) return first;
  onLost();
  const second = await attempt('alone');
  if ('end' in second) onLost();
  return second;
}
