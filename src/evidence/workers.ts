// Reads documents in processes of their own, so that one that loops or eats memory costs one reading and nothing else.
import { extname } from 'node:path';
import { MaestroError } from '../domain/errors.ts';
import { unreadable } from './bounded.ts';
import { findings } from './findings.ts';
import type { Readers } from './readers.ts';
import type { Reading } from './reading.ts';
import { LIMITS, type ReadLimits } from './unpack.ts';
import { Unreadable } from './unreadable.ts';
import { type Outcome, startWorker } from './workers/start-worker.ts';
import { type Order, turns } from './workers/turns.ts';
import { warmUp } from './workers/warm-up.ts';
import { workerPool } from './workers/worker-pool.ts';

export type ReadingSettings = {
  /** How many documents are read at the same time. */
  readonly workers: number;
  /** How long a document may take, from when a worker has begun with it. */
  readonly maxMs: number;
  /** How long a worker may take to start, on a slow machine and from the sources. */
  readonly startMs: number;
  /** The heap of a worker, in MiB. A document that fills it ends its worker. */
  readonly maxHeapMb: number;
  readonly limits: ReadLimits;
  /** The URL of the module that reads. */
  readonly reader: string;
  /** What verifies: the URL of the module that exports `verifierOf`, and what is trusted now, as that takes it. Null: nothing. */
  readonly verifying: { readonly verifier: string; trust(): unknown } | null;
};

// Compiled this file is .js, from the sources .ts: so is the file beside it.
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

/** With a time, so that what is trusted is compiled, too. */
const WARM_UP_AT = '1970-01-01T00:00:00.000Z';

export type ReadingWorkers = Readers & {
  /**
   * Has a worker compile the schemas of all formats in the background, and keeps it from then on, so that no document pays for that. It works
   * while nothing is read: a document that comes meanwhile is next, after a step of a second at most.
   */
  warmUp(): void;
};

/** Readers that start workers when they need them. They keep no process alive. */
export function readingWorkers(settings: Partial<ReadingSettings> = {}): ReadingWorkers {
  const { workers, maxMs, startMs, maxHeapMb, limits, reader, verifying } = { ...READING, ...settings };
  const data = { reader, limits, verifier: verifying?.verifier ?? null };
  const pool = workerPool(() => startWorker(data, maxHeapMb, startMs));
  const turn = turns(workers);
  const calls = endableCalls();
  let isWarm = false;

  const attempt = (bytes: Uint8Array, order: Order, receivedAt: string | undefined, signal: AbortSignal) =>
    turn(
      order,
      () => pool.use(signal, (worker) => worker.read(bytes, { trust: verifying?.trust(), receivedAt }, maxMs)),
      signal,
    );

  async function readTwice(bytes: Uint8Array, order: Order, receivedAt: string | undefined, signal: AbortSignal) {
    const first = await attempt(bytes, order, receivedAt, signal);
    if (!('end' in first)) return first;
    // The next worker has compiled nothing.
    if (isWarm) warm.begin();
    const second = await attempt(bytes, 'alone', receivedAt, signal);
    if (isWarm && 'end' in second) warm.begin();
    return second;
  }

  const warm = warmUp((text) =>
    calls.run(undefined, (signal) => attempt(new TextEncoder().encode(text), 'idle', WARM_UP_AT, signal)),
  );

  return {
    workers,
    maxBytes: limits.maxBytes,
    read: (bytes, { first, receivedAt, signal } = {}) =>
      calls.run(signal, async (ended) =>
        readingOf(await readTwice(bytes, first === true ? 'first' : 'last', receivedAt, ended), maxMs),
      ),
    warmUp() {
      isWarm = true;
      pool.keepOne();
      warm.begin();
    },
    async close() {
      calls.close(new MaestroError('not_ready', 'The server is stopping; send it again'));
      pool.close();
    },
  };
}

/** Calls that are ended by their own signal, or all at once; then none is begun any more. */
function endableCalls() {
  const running = new Set<AbortController>();
  let closed: MaestroError | null = null;
  return {
    async run<Result>(signal: AbortSignal | undefined, act: (ended: AbortSignal) => Promise<Result>): Promise<Result> {
      if (closed !== null) throw closed;
      signal?.throwIfAborted();
      const call = new AbortController();
      const end = () => call.abort(signal?.reason);
      running.add(call);
      signal?.addEventListener('abort', end, { once: true });
      try {
        return await act(call.signal);
      } finally {
        signal?.removeEventListener('abort', end);
        running.delete(call);
      }
    },
    close(reason: MaestroError) {
      closed = reason;
      for (const call of running) call.abort(reason);
    },
  };
}

function refusal(code: 'timed_out' | 'out_of_memory' | 'reader_failed', message: string): Reading {
  return unreadable(new Unreadable(code, message), findings());
}

const AGAIN = 'POST /maestro/artifacts/{artifact_id}/evidence reads it again';

function readingOf(outcome: Outcome, maxMs: number): Reading {
  if ('reading' in outcome) return outcome.reading;
  if ('failure' in outcome) return refusal('reader_failed', `The reader failed: ${outcome.failure}`);
  const { end, message } = outcome;
  const twice = `twice, the second time alone; ${AGAIN}`;
  if (end === 'timed_out') return refusal(end, `Reading it took longer than ${maxMs / 1_000} s, ${twice}`);
  if (end === 'out_of_memory') return refusal(end, `Reading it took more memory than it may, ${twice}`);
  return refusal('reader_failed', `The reader failed: ${message}, ${twice}`);
}
