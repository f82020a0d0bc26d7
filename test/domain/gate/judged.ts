// The gate over rows of a test.
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import type { RunReading } from '../../../src/domain/evidence/reading.ts';
import { generateComplianceReport } from '../../../src/domain/gate/compliance-report.ts';
import { DEFAULT_JUDGING, type Judging } from '../../../src/domain/gate/flag.ts';
import { isStale } from '../../../src/domain/gate/is-stale.ts';
import { checkReleaseGate } from '../../../src/domain/gate/release-gate.ts';
import { type Evidence, gateInput, type Rule } from '../../../src/domain/gate/rule.ts';
import { type RunSnapshot, runManifest } from '../../../src/domain/gate/run-manifest.ts';
import type { Run } from '../../../src/domain/run/run.ts';

export const NOW = new Date('2026-01-31T11:00:00.000Z');

export function inputOf(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = DEFAULT_JUDGING,
) {
  return gateInput({ run, artifacts, readings }, judging, NOW);
}

export function gateOf(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = DEFAULT_JUDGING,
  rules?: readonly Rule[],
) {
  return checkReleaseGate(inputOf(run, artifacts, readings, judging), rules);
}

/** All that is judged of evidence: the verdict, and whether it may only be stale. */
export function judgedAt(evidence: Evidence, judging: Judging) {
  const input = gateInput(evidence, judging, NOW);
  return { gate: checkReleaseGate(input), stale: isStale(input) };
}

export function reportOf(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = DEFAULT_JUDGING,
) {
  const input = inputOf(run, artifacts, readings, judging);
  return generateComplianceReport(input, checkReleaseGate(input));
}

export function isStaleOf(
  artifacts: readonly Readonly<Artifact>[],
  documents: readonly RunReading[],
  { minimum, trust }: Judging,
) {
  return isStale({ artifacts, documents, minimum, trust });
}

export function manifestOf(snapshot: RunSnapshot, judging: Judging = DEFAULT_JUDGING) {
  return runManifest(snapshot, judging, NOW);
}
