// Whose turn it is to be read. Not a queue of the workers: there the clock of a document would run before it is its turn.

/**
 * When something is done: `first` before what waits, `last` after it, `alone` after what waits now and while nothing else is done, `idle`
 * once nothing is done and nothing waits. Nothing that comes later overtakes what waits to be done alone.
 */
export type Order = 'first' | 'last' | 'alone' | 'idle';

type Waiting = { readonly order: Order; begin(): void };

/**
 * Does up to `most` tasks at a time. What is returned does one in its turn; it rejects with the reason of `signal` where that is aborted before
 * then, without the task being begun.
 */
export function turns(most: number) {
  const line: Waiting[] = [];
  const idle: Waiting[] = [];
  let busy = 0;
  let isAlone = false;

  function queue(one: Waiting): void {
    if (one.order === 'idle') idle.push(one);
    else if (one.order !== 'first') line.push(one);
    else line.splice(line.findLastIndex(({ order }) => order === 'alone') + 1, 0, one);
    beginNext();
  }

  function beginNext(): void {
    for (let next = line[0]; next !== undefined && hasRoom(next); next = line[0]) {
      line.shift();
      begin(next);
    }
    const [last] = idle;
    if (last === undefined || busy > 0 || line.length > 0) return;
    idle.shift();
    begin(last);
  }

  function hasRoom({ order }: Waiting): boolean {
    return !isAlone && (order === 'alone' ? busy === 0 : busy < most);
  }

  function begin({ order, begin }: Waiting): void {
    busy += 1;
    isAlone = order === 'alone';
    begin();
  }

  function end(): void {
    busy -= 1;
    isAlone = false;
    beginNext();
  }

  return async <Result>(order: Order, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> => {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        const waiting = order === 'idle' ? idle : line;
        waiting.splice(waiting.indexOf(one), 1);
        reject(signal?.reason);
        beginNext();
      };
      const one: Waiting = {
        order,
        begin() {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      queue(one);
    });
    try {
      return await task();
    } finally {
      end();
    }
  };
}
