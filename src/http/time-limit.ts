/**
 * The result of `work`. Rejects with the error of `late` if it takes longer than `ms`, and with the
 * reason of `signal` if that is aborted first. The work itself is not cancelled.
 */
export function within<Result>(
  work: Promise<Result>,
  ms: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    const stop = () => reject(signal?.reason);
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    work.finally(end).then(resolve, reject);
  });
}
