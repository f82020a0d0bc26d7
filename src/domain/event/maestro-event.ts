// All events of Maestro, joined from their owners. Readers of the event log import this file.
import { ARTIFACT_EVENT_TYPES, type ArtifactEvent } from '../artifact/artifact-events.ts';
import { DISCLOSURE_PACK_EVENT_TYPES, type DisclosurePackEvent } from '../pack/disclosure-pack-events.ts';
import { RUN_EVENT_TYPES, type RunEvent } from '../run/run-events.ts';
import type { Stamp } from './event.ts';
import { joinEventTypes } from './event-types.ts';

/** What happened, written together with the row that it explains. */
export type MaestroEvent = RunEvent | ArtifactEvent | DisclosurePackEvent;

/** What the log takes: also events whose types are declared by capabilities. */
export type LoggedEvent = MaestroEvent | Readonly<Stamp & { type: string; run_id: string | null; data: object }>;

export type EventType = MaestroEvent['type'];

/** The types of the core. `start/` joins those of capabilities to them. */
export const EVENT_TYPES: readonly EventType[] = joinEventTypes<EventType>(
  RUN_EVENT_TYPES,
  ARTIFACT_EVENT_TYPES,
  DISCLOSURE_PACK_EVENT_TYPES,
);
