// Reads documents in threads of their own, so that one that loops or eats memory costs one reading and nothing else.
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';
import { findings, unreadable } from './bounded.ts';
import type { Readers } from './readers.ts';
import { type Reading, Unreadable } from './reading.ts';
import { LIMITS, type ReadLimits } from './unpack.ts';
import { warmUp } from './warm-up.ts';
import type { Begun, Task, WorkerData } from './worker.ts';

export type ReadingSettings = {
  /** How many documents are read at the same time. */
  readonly threads: number;
  /** How long a document may take, from when a worker has taken it. */
  readonly maxMs: number;
  /**
   * The heap of a worker, in MiB. A reader that fills it ends its worker. The engine's own code (`JSON.parse`) would end the whole process
   * there, so the heap must be more than documents within `limits` can take: with those of `LIMITS` that is under 400 MiB, as measured.
   */
  readonly maxHeapMb: number;
  readonly limits: ReadLimits;
  /** The URL of the module that reads. */
  readonly reader: string;
  /** What verifies: the URL of the module that exports `verifierOf`, and what is trusted now, as that takes it. Null: nothing. */
  readonly verifying: { readonly verifier: string; trust(): unknown } | null;
};

// Compiled this file is .js, from the sources .ts: so are the files beside it.
const beside = (name: string) => new URL(`./${name}${extname(import.meta.url)}`, import.meta.url).href;

export const READING: ReadingSettings = {
  threads: 2,
  maxMs: 10_000,
  maxHeapMb: 512,
  limits: LIMITS,
  reader: beside('read'),
  verifying: null,
};

/** How long a worker may take to start, on a slow machine and from the sources. */
const START_MS = 60_000;

/** An idle worker ends after this, and with it whatever memory its documents took. */
const IDLE_MS = 60_000;

/** With a time, so that what is trusted is compiled, too. */
const WARM_UP_AT = '1970-01-01T00:00:00.000Z';

/** A document on its way: `begun` when a worker has it, `late` when its time was up. */
type Running = {
  readonly abort: AbortController;
  timer: NodeJS.Timeout | undefined;
  state: 'waiting' | 'begun' | 'late';
};

export type ReadingWorkers = Readers & {
  /**
   * Has a worker compile the schemas of all formats in the background, and keeps it from then on, so that no document pays for that. It works
   * while nothing is read: a document that comes meanwhile is next, after a step of a second at most.
   */
  warmUp(): void;
};

/** A pool of workers that starts them when they are needed. It keeps no process alive. */
export function readingWorkers(settings: Partial<ReadingSettings> = {}): ReadingWorkers {
  const { threads, maxMs, maxHeapMb, limits, reader, verifying } = { ...READING, ...settings };
  const pool = newPool({ reader, limits, verifier: verifying?.verifier ?? null }, threads, maxHeapMb);
  const running = new Map<number, Running>();
  const turn = turns(threads);
  let ids = 0;
  let closed = false;

  function limit(one: Running, ms: number): NodeJS.Timeout {
    const end = () => {
      one.state = 'late';
      one.abort.abort();
    };
    // A result may have come while this thread was busy: it is taken first.
    return setTimeout(() => setImmediate(end), ms).unref();
  }

  pool.on('message', ({ begun }: Begun) => {
    const one = running.get(begun);
    if (one === undefined) return;
    clearTimeout(one.timer);
    one.state = 'begun';
    one.timer = limit(one, maxMs);
  });
  // A worker died that had nothing to read: one that could not start, perhaps, and nobody will take what waits for it.
  pool.on('error', (error) => {
    for (const { state, abort } of running.values()) if (state === 'waiting') abort.abort(error);
  });

  async function take(bytes: Uint8Array, receivedAt: string | undefined, order: Order): Promise<Reading> {
    ids += 1;
    const id = ids;
    const one: Running = { abort: new AbortController(), timer: undefined, state: 'waiting' };
    one.timer = limit(one, START_MS);
    running.set(id, one);
    try {
      const task: Task = { id, bytes: transferable(bytes), trust: verifying?.trust(), receivedAt };
      return await pool.run(task, { transferList: [task.bytes.buffer as ArrayBuffer], signal: one.abort.signal });
    } catch (error) {
      if (closed) throw new Error('The readers are closed');
      // The worker ended, and the next one has compiled nothing.
      if (isWarm && order !== 'idle') warm.begin();
      if (one.state === 'late') return refusal('timed_out', 'Reading it took longer than it may');
      return deathBy(one.abort.signal.reason ?? error);
    } finally {
      clearTimeout(one.timer);
      running.delete(id);
    }
  }

  const inTurn = (order: Order, bytes: Uint8Array, receivedAt: string | undefined) =>
    turn(order, () => {
      if (closed) throw new Error('The readers are closed');
      return take(bytes, receivedAt, order);
    });
  const warm = warmUp((text) => inTurn('idle', new TextEncoder().encode(text), WARM_UP_AT));
  let isWarm = false;

  return {
    threads,
    maxBytes: limits.maxBytes,
    read: (bytes, how) => inTurn(how?.first === true ? 'first' : 'last', bytes, how?.receivedAt),
    warmUp() {
      // The pool looks at it whenever a worker has been idle for long.
      pool.options.minThreads = 1;
      isWarm = true;
      warm.begin();
    },
    async close() {
      closed = true;
      await pool.destroy();
    },
  };
}

/** When a document is read: before the others that wait, after them, or once nothing is read and nothing waits. */
type Order = 'first' | 'last' | 'idle';

// Not the pool's queue: there the clock of a document would run before it is its turn.
function turns(most: number) {
  const waiting: (() => void)[] = [];
  const idle: (() => void)[] = [];
  let free = most;
  const line = (order: Order, resolve: () => void) => {
    if (order === 'idle') idle.push(resolve);
    else if (order === 'first') waiting.unshift(resolve);
    else waiting.push(resolve);
  };
  const release = () => {
    const next = waiting.shift() ?? (free + 1 === most ? idle.shift() : undefined);
    if (next === undefined) free += 1;
    else next();
  };
  return async <Result>(order: Order, task: () => Promise<Result>): Promise<Result> => {
    if (order === 'idle' ? free === most : free > 0) free -= 1;
    else await new Promise<void>((resolve) => line(order, resolve));
    try {
      return await task();
    } finally {
      release();
    }
  };
}

function newPool(workerData: WorkerData, maxThreads: number, maxHeapMb: number): Piscina {
  return new Piscina({
    filename: fileURLToPath(beside('worker')),
    name: 'read',
    workerData,
    minThreads: 0,
    maxThreads,
    idleTimeout: IDLE_MS,
    // A worker that waits on an atomic would never collect its garbage.
    atomics: 'disabled',
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    env: {},
    execArgv: extname(import.meta.url) === '.ts' ? loadingSources() : [],
    recordTiming: false,
  });
}

// Node 20 runs no TypeScript, and what tsx does for the main thread does not reach into a worker.
function loadingSources(): string[] {
  const tsx = new URL('./esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx')));
  return ['--import', `data:text/javascript,${encodeURIComponent(`import { register } from '${tsx}'; register();`)}`];
}

// Bytes that share memory with others, as small buffers do, are copied: the memory goes to the worker whole.
function transferable(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return isWhole ? bytes : new Uint8Array(bytes);
}

function refusal(code: 'timed_out' | 'out_of_memory' | 'reader_failed', message: string): Reading {
  return unreadable(new Unreadable(code, message), findings());
}

// Whatever a worker died of, or a reader threw: that may be no error at all.
function deathBy(error: unknown): Reading {
  if ((error as { code?: string } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return refusal('out_of_memory', 'Reading it took more memory than it may');
  return refusal('reader_failed', `The reader failed: ${error instanceof Error ? error.message : 'for no reason'}`);
}
