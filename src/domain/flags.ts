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
 * Whether the artifact has all three flags: the one judgement that the gate, the compliance report and every later reader
 * share. Only the artifact's own boolean `true` counts: a missing, odd or inherited value, which the types rule out and a
 * damaged store or prototype does not, is a missing flag.
 */
export function checkArtifactCompliance({ metadata_json: flags }: Readonly<Artifact>): boolean {
  // Spelt out: reading by computed names would take most of the time of a gate over many artifacts. A test holds this to FLAGS.
  return (
    flags?.sbom_present === true &&
    flags.slsa_provenance_present === true &&
    flags.risk_assessment_present === true &&
    Object.hasOwn(flags, 'sbom_present') &&
    Object.hasOwn(flags, 'slsa_provenance_present') &&
    Object.hasOwn(flags, 'risk_assessment_present')
  );
}

/** The flags that keep an artifact from being compliant; none where it is. */
export function missingFlags(artifact: Readonly<Artifact>): Flag[] {
  if (checkArtifactCompliance(artifact)) return [];
  const flags: Partial<ArtifactMetadata> = artifact.metadata_json ?? {};
  return FLAGS.filter((flag) => flags[flag] !== true || !Object.hasOwn(flags, flag));
}

/** Whether an artifact says anything of a run. Evidence of another run, or that has no id, does not, whoever handed it in. */
export function isEvidenceOf(run: Readonly<Run>, artifact: Readonly<Artifact>): boolean {
  return isId(run.id) && artifact.run_id === run.id && isId(artifact.id);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
