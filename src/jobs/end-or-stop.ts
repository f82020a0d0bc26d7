/**
 * Resolves when all of `jobs` have ended; aborts `stopping` for those that take longer than
 * `graceMs`.
 */
export async function endOrStop(
  jobs: readonly Promise<void>[],
  graceMs: number,
  stopping: AbortController,
): Promise<void> {
  const timer = setTimeout(() => stopping.abort(new Error('The process stops')), graceMs);
  await Promise.allSettled(jobs);
  clearTimeout(timer);
}
