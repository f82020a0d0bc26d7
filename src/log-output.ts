import { destination } from 'pino';

/** How long a log line waits at most for others to be written with. */
const FLUSH_MS = 200;

/**
 * Standard output for the log, written in blocks: a write for each line would cost a fifth of a small request. The process
 * calls `flushSync` when it exits; one that is killed loses the lines of its last moments.
 */
export function bufferedOutput() {
  const output = destination({ dest: 1, minLength: 4_096 });
  setInterval(() => output.flush(), FLUSH_MS).unref();
  return output;
}
