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
  const preferences = [prefer ?? []].flat().join(',').split(',');
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
  /** Whether the process accepts work now. */
  readiness(): Readiness;
};

/** The part of a request that shows whether its caller still waits. */
type Caller = { readonly raw: { readonly socket: { readonly destroyed: boolean } } };

/**
 * The result of `look` once it no longer `waits`, or when `seconds` have passed, the caller has
 * hung up or the process stops. Looks at least once, again whenever something changes in this
 * process, and now and then, as another process may have changed it.
 */
export async function settled<Found>(
  { nextChange, readiness }: Waiting,
  caller: Caller,
  seconds: number,
  look: () => Promise<Found>,
  waits: (found: Found) => boolean,
): Promise<Found> {
  const end = performance.now() + seconds * 1_000;
  for (;;) {
    const left = end - performance.now();
    if (left <= 0) return look();
    // Requested before the look, so that no change in between is missed.
    const next = nextChange(left);
    const found = await look();
    if (readiness() === 'stopping' || caller.raw.socket.destroyed || !waits(found)) return found;
    await next;
  }
}
