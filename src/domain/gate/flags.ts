// The flags of the artifacts of a run. The gate, the compliance report and every later reader share
// this one judgement.
import type { RunReading } from '../evidence/reading.ts';
import type { Run } from '../run/run.ts';
import { declaredFlags, type FactsByArtifact } from './declared-flags.ts';
import { grantParsed, grantVerified } from './earned-flags.ts';
import {
  type ArtifactFlags,
  DEFAULT_JUDGING,
  FLAGS,
  type Flag,
  type FlagState,
  type Judging,
  LEVELS,
  type Level,
} from './flag.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';

/**
 * The flags of every artifact of a run, by its id. A flag rests on the best of what the caller
 * declared, what was read and what was verified. It is false where that is below the minimum level.
 */
export function flagsOf(
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  { minimum, trust }: Judging = DEFAULT_JUDGING,
): Map<string, Readonly<ArtifactFlags>> {
  const flags = new Map<string, Readonly<ArtifactFlags>>();
  // Most runs have no documents, and then nothing contradicts a declaration.
  const facts = readings.length > 0 ? new Map(readings.map((one) => [one.artifact_id, one.facts])) : NO_FACTS;
  for (const artifact of artifacts) flags.set(artifact.id, declaredFlags(artifact, facts));
  if (readings.length > 0) grantParsed(artifacts, readings, flags);
  if (trust !== null) grantVerified(artifacts, readings, trust, flags);
  if (minimum !== 'asserted') for (const [id, one] of flags) flags.set(id, withMinimum(one, minimum));
  return flags;
}

const NO_FACTS: FactsByArtifact = new Map();

/** The same in the order of the artifacts, none of which has the id of another. */
export function flagsInOrder(
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[],
  judging: Judging,
): Readonly<ArtifactFlags>[] {
  // Most runs have no documents. Then a map would take a quarter of the time of the whole gate.
  if (readings.length === 0 && judging.minimum === 'asserted')
    return artifacts.map((artifact) => declaredFlags(artifact, NO_FACTS));
  const flags = flagsOf(artifacts, readings, judging);
  return artifacts.map(({ id }) => flags.get(id) as ArtifactFlags);
}

/** Whether an artifact has all three flags. */
export function checkArtifactCompliance(flags: Readonly<ArtifactFlags> | undefined): boolean {
  // Spelt out: access by computed names takes most of the time of a gate over many artifacts. A
  // test compares this with FLAGS.
  return (
    flags !== undefined &&
    flags.sbom_present.value === true &&
    flags.slsa_provenance_present.value === true &&
    flags.risk_assessment_present.value === true
  );
}

/** How many flags keep an artifact from being compliant. */
export function countMissing(flags: Readonly<ArtifactFlags>): number {
  const sbom = flags.sbom_present.value === true ? 0 : 1;
  const provenance = flags.slsa_provenance_present.value === true ? 0 : 1;
  return sbom + provenance + (flags.risk_assessment_present.value === true ? 0 : 1);
}

/** The flags that keep an artifact from being compliant; none where it is. */
export function missingFlags(flags: Readonly<ArtifactFlags> | undefined): Flag[] {
  return FLAGS.filter((flag) => flags?.[flag].value !== true);
}

/** Whether an artifact is evidence of a run. One of another run, or without an id, is not. */
export function isEvidenceOf(run: Readonly<Run>, artifact: Readonly<Artifact>): boolean {
  return isId(run.id) && artifact.run_id === run.id && isId(artifact.id);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function withMinimum(flags: Readonly<ArtifactFlags>, minimum: Level): ArtifactFlags {
  const least = LEVELS.indexOf(minimum);
  const checked = (state: FlagState): FlagState =>
    state.value && LEVELS.indexOf(state.level) < least
      ? { value: false, level: state.level, because: 'level_too_low', document: null, signer: null }
      : state;
  return {
    sbom_present: checked(flags.sbom_present),
    slsa_provenance_present: checked(flags.slsa_provenance_present),
    risk_assessment_present: checked(flags.risk_assessment_present),
  };
}
