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
 * What an event carries beside its stamp and type. `run_id` is the run that it is about, null where
 * it is about none; ids of other subjects stand beside it, each under its own name. `data` is the
 * row after the change, or the last state of a deleted row.
 */
export type Payload = { readonly run_id: string | null; readonly data: object };

/** The events of a noun, by type. Types are API: they are added, never renamed. */
export type EventOf<Payloads extends Record<string, Payload>> = {
  [Type in keyof Payloads]: Readonly<Stamp & { type: Type } & Payloads[Type]>;
}[keyof Payloads];

/** The stamp of what `actor` does now in a request. */
export function stampOf(source: { now(): Date; newId(): string }, requestId: string, actor: Actor): Stamp {
  return { id: source.newId(), at: source.now().toISOString(), request_id: requestId, actor };
}
