// What the gate reads of an artifact. A store may leave out the rest, which is most of its bytes.
import type { Artifact, ArtifactMetadata } from '../artifact/artifact.ts';

/** Every artifact is one. */
export type GateArtifact = Omit<Artifact, 'created_at' | 'metadata_json'> & {
  metadata_json: Omit<ArtifactMetadata, 'additional_metadata'>;
};
