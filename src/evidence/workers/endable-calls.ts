import type { MaestroError } from '../../domain/errors.ts';

/** Calls that end by their own signal, or all at once; after that none is begun. */
export function endableCalls() {
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
