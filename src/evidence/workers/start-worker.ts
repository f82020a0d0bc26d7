// One worker, as the server sees it: started, given one document at a time, ended.
import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MaestroError } from '../../domain/errors.ts';
import { READER } from '../../domain/evidence/reader.ts';
import type { End, Outcome } from './outcome.ts';
import type { Ready, Task, WorkerData } from './worker.ts';
import { lifeOf } from './worker-life.ts';

export type WorkerProcess = {
  /**
   * Resolves when the worker is ready. Rejects with `overloaded` if it cannot be started, takes too
   * long, or has other readers than this process because the files of a running server were
   * replaced: none of that is about a document.
   */
  readonly started: Promise<void>;
  /** Reads the bytes, for at most `maxMs` milliseconds. One document at a time. */
  read(bytes: Uint8Array, task: Omit<Task, 'length'>, maxMs: number): Promise<Outcome>;
  isAlive(): boolean;
  /** Ends the worker at once, and what it reads. */
  kill(): void;
};

// This file is .js when compiled and .ts in the sources: so is the file beside it.
const ENTRY = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

// Twice the default, in MiB. What a document holds lives as long as it is read, and is copied less
// often: an SBOM of 2 MB takes 0.91 of the time, a JUnit report 0.75.
const YOUNG_SPACE = '--max-semi-space-size=32';

/**
 * Starts a worker with a heap of `maxHeapMb` MiB. It keeps this process alive only while it starts
 * or reads.
 */
export function startWorker(data: WorkerData, maxHeapMb: number, startMs: number): WorkerProcess {
  const child = forked(maxHeapMb);
  const life = lifeOf(child);
  const started = life
    .next(startMs, () => void (child.connected && child.send(data, ignore)))
    .then((answer) => {
      const why = faultOfStart(answer);
      if (why === null) return;
      child.kill('SIGKILL');
      throw noReader(why);
    });
  started.catch(ignore);
  return {
    started,
    async read(bytes, task, maxMs) {
      const answer = await life.next(maxMs, () => {
        child.send({ ...task, length: bytes.length } satisfies Task, ignore);
        child.stdin?.write(bytes);
      });
      if ('end' in answer) return answer;
      const { reading, failure } = answer;
      return reading === undefined ? { failure: failure ?? 'it said nothing' } : { reading };
    },
    // A worker that was killed reads nothing more, even before its end is seen.
    isAlive: () => life.end() === null && !child.killed,
    kill: () => child.kill('SIGKILL'),
  };
}

/** Why a worker with that first message is not used; null if it is. */
export function faultOfStart(answer: Ready | End): string | null {
  if ('end' in answer) return answer.message;
  if (answer.failure !== undefined) return answer.failure;
  const { version = 'of an unknown version' } = answer;
  return version === READER ? null : `its readers are ${version}, and those of this process ${READER}: restart it`;
}

function forked(maxHeapMb: number): ChildProcess {
  try {
    return fork(ENTRY, [], {
      env: {},
      execArgv: [`--max-old-space-size=${maxHeapMb}`, YOUNG_SPACE, ...loadingSources()],
      serialization: 'advanced',
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
    });
  } catch (error) {
    throw noReader((error as Error).message);
  }
}

// The machine has no memory, process, thread or file to spare, or ended the worker.
function noReader(why: string): MaestroError {
  return new MaestroError('overloaded', 'No reader could be started; try again', [], new Error(why));
}

function ignore(): void {}

// Node 20 does not run TypeScript.
function loadingSources(): string[] {
  if (extname(import.meta.url) !== '.ts') return [];
  const tsx = new URL('./esm/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx')));
  return ['--import', tsx.href];
}
