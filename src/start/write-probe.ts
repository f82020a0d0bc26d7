// Probes whether a write works, at most every few seconds, however many callers ask.
import { within } from '../http/time-limit.ts';

export type ProbeTimes = {
  /** How long a result is reused. */
  keepMs: number;
  /** The same for a failure. */
  keepFailureMs: number;
  /** An attempt that takes longer has failed. */
  limitMs: number;
};

/**
 * Returns a function that gives the result of the latest attempt, or of a new one. Attempts never
 * overlap: while one hangs, the result is the error of `late`. Otherwise a hanging file system
 * would take a thread for each attempt.
 */
export function writeProbe<Result>(
  attempt: () => Promise<Result>,
  late: () => Error,
  { keepMs, keepFailureMs, limitMs }: ProbeTimes,
): () => Promise<Result> {
  let latest: Promise<Result> | null = null;

  function begin(): Promise<Result> {
    const attempted = attempt();
    const answer = within(attempted, limitMs, late);
    const forgetAfter = (ms: number) => () => {
      setTimeout(() => {
        latest = null;
      }, ms).unref();
    };
    const ended = () => attempted.then(forgetAfter(keepFailureMs), forgetAfter(keepFailureMs));
    answer.then(forgetAfter(keepMs), ended);
    return answer;
  }

  return () => {
    latest ??= begin();
    return latest;
  };
}
