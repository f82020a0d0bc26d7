// What a worker sends to the server, and how its process ends.
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { End } from './outcome.ts';
import type { Ready } from './worker.ts';

/** The next message of a worker or its end, whichever comes first. */
export function lifeOf(child: ChildProcess) {
  let heard = (_message: Ready | End) => {};
  let end: End | null = null;
  let isLate = false;
  const over = (ended: End) => {
    end ??= ended;
    heard(end);
  };
  // Messages that a worker sent before its end arrive before its end.
  child.on('message', (message: Ready) => heard(message));
  child.on('close', (exit, signal) => over(endOf(exit, signal, isLate)));
  child.on('error', ({ message }) => over({ end: 'died', message }));
  // A worker may end before it has received all bytes.
  child.stdin?.on('error', () => {});
  for (const one of [child.channel, child.stdin as Socket | null]) one?.unref();

  return {
    end: () => end,
    /** Asks, and waits for the answer. Kills the worker after `maxMs`. */
    async next(maxMs: number, ask: () => void): Promise<Ready | End> {
      if (end !== null) return end;
      const answered = after(maxMs, () => {
        isLate = true;
        child.kill('SIGKILL');
      });
      child.ref();
      try {
        return await new Promise((resolve) => {
          heard = resolve;
          ask();
        });
      } finally {
        answered();
        child.unref();
      }
    },
  };
}

/** Acts after `ms`, unless the function returned is called before. */
function after(ms: number, act: () => void): () => void {
  // Messages that arrived while this thread was busy are handled before the deadline counts.
  let due: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    due = setImmediate(act);
  }, ms);
  return () => {
    clearTimeout(timer);
    // The worker may have the next document by then.
    clearImmediate(due);
  };
}

// V8 aborts when a heap is exhausted, the kernel kills when memory is.
const OUT_OF_MEMORY: readonly unknown[] = ['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGKILL'];

function endOf(exit: number | null, signal: NodeJS.Signals | null, isLate: boolean): End {
  const how = signal ?? `status ${exit}`;
  if (isLate) return { end: 'timed_out', message: 'it took longer than it may' };
  if (OUT_OF_MEMORY.includes(signal))
    return { end: 'out_of_memory', message: `it took more memory than it may (${how})` };
  return { end: 'died', message: `its process ended with ${how}` };
}
