// Whether rows and content can be written now, for `/ready`.
import { MaestroError } from '../domain/errors.ts';
import type { Writes } from '../routes/health.ts';
import { type ProbeTimes, writeProbe } from './write-probe.ts';

const TIMES: ProbeTimes = { keepMs: 5_000, keepFailureMs: 1_000, limitMs: 5_000 };

/**
 * Returns a function that rejects while a row or content cannot be written, or the write hangs.
 * Each is tried at most every few seconds, however often it is called.
 */
export function tryWrites(
  stores: { probe(): Promise<void> },
  place: { probe(): Promise<'writable' | 'full'> } | null,
  times = TIMES,
): () => Promise<Writes> {
  const ofRows = writeProbe(() => stores.probe(), late('store_unavailable', 'row'), times);
  const ofContent =
    place === null ? null : writeProbe(() => place.probe(), late('content_store_unavailable', 'blob'), times);
  return async () => {
    const none = 'not_configured' as const;
    const [rows, content] = await Promise.allSettled([ofRows(), ofContent?.() ?? none]);
    if (rows.status === 'rejected') throw rows.reason;
    if (content.status === 'rejected') throw content.reason;
    return { content: content.value };
  };

  function late(code: 'store_unavailable' | 'content_store_unavailable', what: string) {
    const cause = new Error(`a ${what} was not written within ${times.limitMs} ms`);
    return () => new MaestroError(code, 'A test write took too long', [], cause);
  }
}
