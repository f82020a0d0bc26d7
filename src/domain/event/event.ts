// The envelope of every event. It names no noun: each noun declares its own events, and
// `maestro-event.ts` joins them.

import type { Actor } from './actor.ts';

/** Who did it, when, and in which request. */
export type Stamp = {
  /** Id of the event. */
  id: string;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  request_id: string;
  actor: Actor;
};

/**
 * The events of a noun: what each type carries beside its stamp. `data` is the row after the
 * change, or the last state of a deleted row. Types are API: they are added, never renamed.
 */
export type EventOf<Payloads extends Record<string, { data: object }>> = {
  [Type in keyof Payloads]: Readonly<Stamp & { type: Type } & Payloads[Type]>;
}[keyof Payloads];

/** The stamp of what `actor` does now in a request. */
export function stampOf(source: { now(): Date; newId(): string }, requestId: string, actor: Actor): Stamp {
  return { id: source.newId(), at: source.now().toISOString(), request_id: requestId, actor };
}
