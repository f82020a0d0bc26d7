// The log of a stop: what it waits for, at once and every few seconds.
import type { Open } from '../http/let-go.ts';

export type StopLog = {
  /** Names what is waited for from now on, once no request is open. */
  waitFor(what: string): void;
  end(): void;
};

type Settings = {
  open(): Open;
  /** Milliseconds after which the stop gives up. */
  graceMs: number;
  /** Milliseconds for which new requests are still served. */
  serveMs: number;
  /** Milliseconds between two lines. */
  everyMs: number;
  log(line: string): void;
};

/** Logs what the stop waits for, now and until it ends. */
export function announceStop({ open, graceMs, serveMs, everyMs, log }: Settings): StopLog {
  const started = performance.now();
  const first = inWords(open());
  const served = serveMs === 0 ? '' : `; new requests are served for ${seconds(serveMs)} more`;
  log(
    `Stopping: ${first === '' ? 'no request is open' : `waiting for ${first} for at most ${seconds(graceMs)}`}${served}`,
  );
  let last = 'connections to close';
  const timer = setInterval(() => {
    const elapsed = performance.now() - started;
    const left = seconds(Math.max(graceMs - elapsed, 0));
    log(`Still stopping after ${seconds(elapsed)}: waiting for ${inWords(open()) || last}, for at most ${left} more`);
  }, everyMs).unref();
  return {
    waitFor: (what) => {
      last = what;
    },
    end: () => clearInterval(timer),
  };
}

function inWords({ requests, uploads }: Open): string {
  if (requests === 0) return '';
  return `${count(requests, 'request')}${uploads === 0 ? '' : ` (${count(uploads, 'upload')})`}`;
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
