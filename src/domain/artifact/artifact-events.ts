// The events of artifacts, and what a change of an artifact writes.
import type { EventOf } from '../event/event.ts';
import type { ReadingDetails } from '../evidence/reading.ts';
import type { Artifact } from './artifact.ts';

type OfArtifact = { run_id: string; artifact_id: string; data: Readonly<Artifact> };

type ArtifactPayloads = {
  'artifact.created': OfArtifact;
  'artifact.content_stored': OfArtifact;
  'artifact.evidence_requested': OfArtifact;
  'artifact.evidence_read': OfArtifact;
  'artifact.evidence_verified': OfArtifact;
};

export type ArtifactEvent = EventOf<ArtifactPayloads>;

export const ARTIFACT_EVENT_TYPES = [
  'artifact.created',
  'artifact.content_stored',
  'artifact.evidence_requested',
  'artifact.evidence_read',
  'artifact.evidence_verified',
] as const satisfies readonly ArtifactEvent['type'][];

/**
 * A changed artifact and its event; null where nothing changes. `reading` replaces the stored
 * reading of its content, and null deletes it; where it is left out, the stored reading stays.
 */
export type ArtifactChange = { artifact: Artifact; event: ArtifactEvent; reading?: ReadingDetails | null } | null;
