// Requests that wait for evidence to be read: how long they may (`Prefer: wait`, RFC 7240), and the waiting.
import { invalid } from '../domain/errors.ts';
import type { Readiness } from './stopping.ts';

export const MAX_WAIT_SECONDS = 60;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The seconds that `Prefer: wait=N` asks for, null where it does not. Other preferences are not looked at. Throws `validation_failed`
 * where N is not a whole number of 0 to 60.
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

/** The same for the time limit of a request: 0 where the header says nothing or nonsense, which is refused elsewhere. */
export function preferredWaitMs(headers: Headers): number {
  try {
    return (preferredWait(headers) ?? 0) * 1_000;
  } catch {
    return 0;
  }
}

export type Waiting = {
  /** Resolves when something has changed here, at the latest after some hundred milliseconds or `ms`, whichever is less. */
  nextChange(ms: number): Promise<void>;
  /** Whether the process takes work now. */
  readiness(): Readiness;
};

/** A request, as far as it tells whether somebody still waits for the answer. */
type Caller = { readonly raw: { readonly socket: { readonly destroyed: boolean } } };

/**
 * What `look` finds when it no longer `waits`, or else when `seconds` have passed, the caller has hung up or the process stops. Looks at
 * least once, and again whenever something has changed here, and now and then, as another process may have changed it.
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
    // Asked for before the look, so that nothing that is read meanwhile is missed.
    const next = nextChange(left);
    const found = await look();
    if (readiness() === 'stopping' || caller.raw.socket.destroyed || !waits(found)) return found;
    await next;
  }
}
