import type { Artifact, ArtifactMetadata } from './artifact.ts';
import type { Run } from './run.ts';

/** What one artifact must have, all three, to let its run pass the gate. The order is that of the messages. */
export const FLAGS = [
  'sbom_present',
  'slsa_provenance_present',
  'risk_assessment_present',
] as const satisfies readonly (keyof ArtifactMetadata)[];
export type Flag = (typeof FLAGS)[number];

/**
 * The one judgement that the gate, the compliance report and every later reader share. Only the artifact's own
 * boolean `true` counts: a missing, odd or inherited value, which the types rule out and a damaged store or prototype does
 * not, is a missing flag.
 */
export function missingFlags(artifact: Readonly<Artifact>): Flag[] {
  const flags: Partial<ArtifactMetadata> = artifact.metadata_json ?? {};
  return FLAGS.filter((flag) => flags[flag] !== true || !Object.hasOwn(flags, flag));
}

/** Whether an artifact says anything of a run. Evidence of another run, or that has no id, does not, whoever handed it in. */
export function isEvidenceOf(run: Readonly<Run>, artifact: Readonly<Artifact>): boolean {
  return isId(run.id) && artifact.run_id === run.id && isId(artifact.id);
}

/** Whether the artifact has all three flags. */
export function checkArtifactCompliance(artifact: Readonly<Artifact>): boolean {
  return missingFlags(artifact).length === 0;
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
