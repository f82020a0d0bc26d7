// Requests that wait for a change: for how long (`Prefer: wait`, RFC 7240), and the waiting itself.
import { invalid } from '../domain/errors.ts';
import type { Readiness } from './stopping.ts';

export const MAX_WAIT_SECONDS = 60;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The seconds of `Prefer: wait=N`, null without it. Other preferences are ignored. Throws
 * `validation_failed` if N is not a whole number from 0 to 60.
 */
export function preferredWait({ prefer }: Headers): number | null {
  if (prefer === undefined) return null;
  const preferences = [prefer].flat().join(',').split(',');
  const waits = preferences
    .map((one) => one.split(';', 1)[0]?.trim() ?? '')
    .filter((one) => /^wait *(?:=|$)/i.test(one));
  const [first] = waits;
  if (first === undefined) return null;
  const seconds = /^wait *= *"?(\d{1,3})"?$/i.exec(first)?.[1];
  if (waits.length > 1 || seconds === undefined || Number(seconds) > MAX_WAIT_SECONDS) {
    const detail = `wait must be given once, as whole seconds from 0 to ${MAX_WAIT_SECONDS}, such as wait=10`;
    throw invalid([{ in: 'header', pointer: '/prefer', detail }]);
  }
  return Number(seconds);
}

/**
 * The same in milliseconds, for the time limit of a request: 0 without the header, and for a bad
 * one, which is refused elsewhere.
 */
export function preferredWaitMs(headers: Headers): number {
  try {
    return (preferredWait(headers) ?? 0) * 1_000;
  } catch {
    return 0;
  }
}

export type Waiting = {
  /**
   * Resolves when something has changed in this process, at the latest after some hundred
   * milliseconds or `ms`, whichever is less.
   */
  nextChange(ms: number): Promise<void>;
  /**
   * Differs whenever a look could find something else. Left out where a look costs no more than
   * this.
   */
  revision?(): Promise<string>;
  /** Whether the process accepts work now. */
  readiness(): Readiness;
};

/** The part of a request that shows whether its caller still waits. */
type Caller = { readonly raw: { readonly socket: { readonly destroyed: boolean } } };

/** While changes keep coming, looks take at most a third of the time, but none is put off longer. */
const REST = 2;
const MAX_REST_MS = 1_000;

/**
 * The result of `look` once it no longer `waits`, or when `seconds` have passed, the caller has
 * hung up or the process stops. Looks at least once, again whenever something has changed in this
 * process or another one, and when the time is up.
 */
export async function settled<Found>(
  waiting: Waiting,
  caller: Caller,
  seconds: number,
  look: () => Promise<Found>,
  waits: (found: Found) => boolean,
): Promise<Found> {
  const end = performance.now() + seconds * 1_000;
  for (;;) {
    const left = end - performance.now();
    if (left <= 0) return look();
    // Both before the look, so that no change in between is missed.
    const next = waiting.nextChange(left);
    const seen = await revisionOf(waiting);
    const began = performance.now();
    const found = await look();
    if (isOver(waiting, caller) || !waits(found)) return found;
    const ended = performance.now();
    await changed(waiting, caller, end, { next, seen });
    const rested = ended + Math.min((ended - began) * REST, MAX_REST_MS);
    await sleep(Math.min(rested, end) - performance.now());
  }
}

type Known = { readonly next: Promise<void>; readonly seen: string | null };

/** Resolves when the revision is no longer the one seen, or there is nothing more to wait for. */
async function changed(waiting: Waiting, caller: Caller, end: number, { next, seen }: Known): Promise<void> {
  for (let change = next; ; ) {
    await change;
    const left = end - performance.now();
    if (left <= 0 || isOver(waiting, caller)) return;
    change = waiting.nextChange(left);
    if (seen === null || (await revisionOf(waiting)) !== seen) return;
  }
}

// Null where it is unknown: then only a look tells, or says why it cannot.
async function revisionOf({ revision }: Waiting): Promise<string | null> {
  try {
    return (await revision?.()) ?? null;
  } catch {
    return null;
  }
}

function isOver({ readiness }: Waiting, { raw }: Caller): boolean {
  return readiness() === 'stopping' || raw.socket.destroyed;
}

async function sleep(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
