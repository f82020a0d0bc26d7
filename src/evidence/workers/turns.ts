// Which document is read next. This is not a queue of each worker: there the clock of a document
// would run before its turn.

/**
 * When a task is done: `first` before those that wait, `last` after them, `alone` after those that
 * wait now and while no other is done, `idle` when none is done and none waits. Nothing overtakes a
 * task that waits to be done alone.
 */
export type Order = 'first' | 'last' | 'alone' | 'idle';

type Waiting = { readonly order: Order; begin(): void };

type Queue = {
  /** How many tasks are done at a time. */
  readonly most: number;
  /** All tasks that wait except the idle ones, in the order in which they are begun. */
  readonly line: Waiting[];
  readonly idle: Waiting[];
  busy: number;
  /** Whether the current task is done alone. */
  isAlone: boolean;
};

/**
 * Does up to `most` tasks at a time. The function returned does a task in its turn. If `signal` is
 * aborted before the task has begun, the task is not begun, and the function rejects with the
 * reason of `signal`.
 */
export function turns(most: number) {
  const queue: Queue = { most, line: [], idle: [], busy: 0, isAlone: false };
  return async <Result>(order: Order, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> => {
    signal?.throwIfAborted();
    await ownTurn(queue, order, signal);
    try {
      return await task();
    } finally {
      end(queue);
    }
  };
}

function ownTurn(queue: Queue, order: Order, signal: AbortSignal | undefined): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const giveUp = () => {
      const waiting = order === 'idle' ? queue.idle : queue.line;
      waiting.splice(waiting.indexOf(one), 1);
      reject(signal?.reason);
      beginNext(queue);
    };
    const one: Waiting = {
      order,
      begin() {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      },
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    enqueue(queue, one);
  });
}

function enqueue(queue: Queue, one: Waiting): void {
  const { line, idle } = queue;
  if (one.order === 'idle') idle.push(one);
  else if (one.order !== 'first') line.push(one);
  else line.splice(line.findLastIndex(({ order }) => order === 'alone') + 1, 0, one);
  beginNext(queue);
}

function beginNext(queue: Queue): void {
  const { line, idle } = queue;
  for (let next = line[0]; next !== undefined && hasRoom(queue, next); next = line[0]) {
    line.shift();
    begin(queue, next);
  }
  const [last] = idle;
  if (last === undefined || queue.busy > 0 || line.length > 0) return;
  idle.shift();
  begin(queue, last);
}

function hasRoom({ isAlone, busy, most }: Queue, { order }: Waiting): boolean {
  return !isAlone && (order === 'alone' ? busy === 0 : busy < most);
}

function begin(queue: Queue, { order, begin }: Waiting): void {
  queue.busy += 1;
  queue.isAlone = order === 'alone';
  begin();
}

function end(queue: Queue): void {
  queue.busy -= 1;
  queue.isAlone = false;
  beginNext(queue);
}
