import { destination, stdTimeFunctions } from 'pino';
import { withoutTokens } from './without-tokens.ts';

/** Takes whole lines. */
export type LogOutput = { write(line: string): void };

/** How pino writes lines: with the word of their level, and the time in ISO 8601. */
export const LINE_FORMAT = {
  base: null,
  formatters: { level: (level: string) => ({ level }) },
  timestamp: stdTimeFunctions.isoTime,
};

/** Longest time that a log line waits to be written with others. */
const FLUSH_MS = 200;
const BLOCK_CHARACTERS = 8_192;

/**
 * Standard output for the log, written in blocks: a write per line would cost a fifth of a small
 * request. The process calls `flushSync` when it exits; a process that is killed loses its last
 * lines. `format` turns each line into what is written.
 */
export function bufferedOutput(format = (line: string) => line): LogOutput & { flushSync(): void } {
  const output = destination({ dest: 1, sync: true });
  // Collected here, not by `minLength`: the destination would measure all pending text again at
  // each line.
  let lines = '';
  const flush = () => {
    if (lines === '') return;
    const block = lines;
    lines = '';
    output.write(block);
  };
  setInterval(flush, FLUSH_MS).unref();
  return {
    write(line: string): void {
      lines += format(line);
      if (lines.length >= BLOCK_CHARACTERS) flush();
    },
    flushSync(): void {
      flush();
      output.flushSync();
    },
  };
}

const LEVELS_WITH_REQUESTS = ['info', 'debug', 'trace'];

type Asked = { id: string; method: string; url: string };
type Answered = { statusCode: number; problemCode: string; elapsedTime: number };

/** Returns what logs an answered request, where the level of the log is low enough. */
export function requestLog({ level, output }: { level: string; output: LogOutput }, now: () => Date) {
  if (!LEVELS_WITH_REQUESTS.includes(level)) return () => {};
  return (request: Asked, { statusCode, problemCode, elapsedTime }: Answered) =>
    output.write(requestLine(request, now().getTime(), statusCode, problemCode, elapsedTime));
}

/**
 * The log line of an answered request, without its query string, in pino's format: written by hand,
 * as pino takes three times as long. The id is sane and the method a token of RFC 9110, so neither
 * needs escaping. `time` is Unix time in milliseconds, `code` the code of its problem or empty,
 * `ms` the duration.
 */
export function requestLine(request: Asked, time: number, status: number, code: string, ms: number): string {
  const { id, method, url } = request;
  const query = url.indexOf('?');
  const path = withoutTokens(query === -1 ? url : url.slice(0, query));
  const written = PLAIN.test(path) ? `"${path}"` : JSON.stringify(path);
  const hundredths = Math.round(ms * 100);
  const rounded = HUNDREDTHS[hundredths] ?? hundredths / 100;
  const refusal = code === '' ? '' : `,"code":"${code}"`;
  return `{"level":"info","time":"${isoTime(time)}","id":"${id}","method":"${method}",\
"path":${written},"status":${status}${refusal},"ms":${rounded},"msg":"request"}\n`;
}

// What JSON writes as it stands.
const PLAIN = /^[\w/.~%-]*$/;

// Writing a fraction takes as long as the rest of a line.
const HUNDREDTHS = Array.from({ length: 1_000 }, (_, count) => String(count / 100));

const MILLISECONDS = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

let second = { at: -1, text: '' };

// Computed once a second: a date for each line would cost as much as the rest of it.
function isoTime(time: number): string {
  const at = Math.floor(time / 1_000);
  if (at !== second.at) second = { at, text: new Date(at * 1_000).toISOString().slice(0, 20) };
  return second.text + MILLISECONDS[time - at * 1_000];
}
