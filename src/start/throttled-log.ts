// A log that repeats a message at most once a minute.
const MINUTE_MS = 60_000;
const MOST_KEPT = 100;

/**
 * Writes each message at most once a minute. Messages with the same `about`, by default the text,
 * count as the same.
 */
export function throttled(
  write: (message: string) => void,
  now: () => Date,
  everyMs = MINUTE_MS,
): (message: string, about?: string) => void {
  const written = new Map<string, number>();
  return (message, about = message) => {
    const at = now().getTime();
    const last = written.get(about);
    if (last !== undefined && at >= last && at - last < everyMs) return;
    written.delete(about);
    written.set(about, at);
    const [oldest] = written.keys();
    if (written.size > MOST_KEPT && oldest !== undefined) written.delete(oldest);
    write(message);
  };
}
