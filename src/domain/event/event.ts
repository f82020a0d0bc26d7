import type { Artifact } from '../artifact/artifact.ts';
import type { DisclosurePack } from '../pack/disclosure-pack.ts';
import type { Run } from '../run/run.ts';

/** Who did it, when, and in which request: what every event says of itself. */
export type Stamp = {
  /** Id of the event. */
  id: string;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  request_id: string;
  actor: string;
};

/**
 * What happened, written together with the row it explains. `data` is the row after the change, or as it
 * was last; `changed` the fields of an update. Types are API: they are added, never renamed.
 */
export type MaestroEvent = Readonly<Stamp & { run_id: string }> &
  (
    | { readonly type: 'run.created'; readonly data: Readonly<Run> }
    | { readonly type: 'run.updated'; readonly data: Readonly<Run>; readonly changed: readonly (keyof Run)[] }
    | { readonly type: 'run.deleted'; readonly data: Readonly<Run> }
    | { readonly type: 'artifact.created'; readonly artifact_id: string; readonly data: Readonly<Artifact> }
    | { readonly type: 'artifact.content_stored'; readonly artifact_id: string; readonly data: Readonly<Artifact> }
    | { readonly type: 'artifact.evidence_requested'; readonly artifact_id: string; readonly data: Readonly<Artifact> }
    | { readonly type: 'artifact.evidence_read'; readonly artifact_id: string; readonly data: Readonly<Artifact> }
    | { readonly type: 'artifact.evidence_verified'; readonly artifact_id: string; readonly data: Readonly<Artifact> }
    | { readonly type: 'disclosure_pack.created'; readonly pack_id: string; readonly data: Readonly<DisclosurePack> }
  );

export type EventType = MaestroEvent['type'];

/** The stamp of a request. Until callers can be told apart, the actor is `anonymous`. */
export function stampOf(source: { now(): Date; newId(): string }, request: { id: string }): Stamp {
  return { id: source.newId(), at: source.now().toISOString(), request_id: request.id, actor: 'anonymous' };
}
