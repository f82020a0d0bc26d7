import type { Artifact, ArtifactMetadata } from './artifact.ts';

/** What one artifact must have, all three, to let its run pass the gate. The order is that of the messages. */
export const FLAGS = [
  'sbom_present',
  'slsa_provenance_present',
  'risk_assessment_present',
] as const satisfies readonly (keyof ArtifactMetadata)[];
export type Flag = (typeof FLAGS)[number];

/**
 * The one judgement that the gate, the compliance report and every later reader share. Only the boolean `true` counts:
 * a missing or odd value, which the types rule out and a damaged store does not, is a missing flag.
 */
export function missingFlags(artifact: Readonly<Artifact>): Flag[] {
  return FLAGS.filter((flag) => artifact.metadata_json?.[flag] !== true);
}

/** Whether the artifact has all three flags. */
export function checkArtifactCompliance(artifact: Readonly<Artifact>): boolean {
  return missingFlags(artifact).length === 0;
}
