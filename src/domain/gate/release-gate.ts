// The verdict of the release gate.
import type { Artifact } from '../artifact/artifact.ts';
import { isOutdated } from '../evidence/pending.ts';
import { readBy } from '../evidence/reader.ts';
import type { RunReading } from '../evidence/reading.ts';
import type { Run } from '../run/run.ts';
import { DEFAULT_JUDGING, type Judging } from './flag.ts';
import { flagsOf, isEvidenceOf } from './flags.ts';
import { ReasonCode, reason } from './gate-reasons.ts';
import { warningsOf } from './gate-warnings.ts';
import { type GateDetails, MAX_ARTIFACTS_NAMED, type ReleaseGateResult } from './release-gate-result.ts';
import { addCandidates, type WeighedArtifacts, weighArtifacts } from './weigh-artifacts.ts';

/**
 * What the rules look at. `artifacts` are those of the run, and `weighed` is what they contribute.
 */
type GateInput = {
  readonly run: Readonly<Run>;
  readonly artifacts: readonly Readonly<Artifact>[];
  readonly readings: readonly RunReading[];
  readonly judging: Judging;
  readonly weighed: WeighedArtifacts;
};

/**
 * Whether the run may be released. Only a `succeeded` run with at least one artifact that has all
 * three flags may, and only when none of its content waits to be read. `readings` are those of the
 * documents of the run.
 */
export function checkReleaseGate(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = DEFAULT_JUDGING,
): ReleaseGateResult {
  const own = artifacts.filter((artifact) => isEvidenceOf(run, artifact));
  const weighed = weighArtifacts(own, flagsOf(own, readings, judging));
  const codes = blockingCodes({ run, artifacts: own, readings, judging, weighed });
  if (codes.includes('no_compliant_artifact')) addCandidates(weighed.artifacts, own, readings, judging);
  const reasons = codes.map((code) => reason(code, run, judging.minimum));
  const details = detailsOf(run, judging, weighed, reasons);
  const warnings = warningsOf(own, MAX_ARTIFACTS_NAMED);
  if (warnings.length > 0) details.warnings = warnings;
  const [first] = reasons;
  return first === undefined ? pass(run, details) : { run_id: run.id, passed: false, message: first.message, details };
}

// Each rule says whether its reason blocks. All rules run, even after one blocks: a pipeline learns
// all its reasons at once. They are reported in the order of their codes.
const BLOCKS: Record<ReasonCode, (input: GateInput) => boolean> = {
  run_not_succeeded: ({ run }) => run.status !== 'succeeded',
  no_artifacts: ({ weighed }) => weighed.total_artifacts === 0,
  evidence_pending: ({ weighed }) => weighed.pending_artifacts > 0,
  evidence_stale: (input) => lacksCompliance(input) && isStale(input.artifacts, input.readings, input.judging),
  no_compliant_artifact: lacksCompliance,
};

function lacksCompliance({ weighed }: GateInput): boolean {
  return weighed.total_artifacts > 0 && weighed.compliant_artifacts === 0;
}

function blockingCodes(input: GateInput): ReasonCode[] {
  return ReasonCode.options.filter((code) => BLOCKS[code](input));
}

function detailsOf(
  run: Readonly<Run>,
  { minimum }: Judging,
  weighed: WeighedArtifacts,
  reasons: GateDetails['reasons'],
): GateDetails {
  // Spelt out: spreading takes longer than the rest of a gate over a few artifacts.
  return {
    run_id: run.id,
    artifact_count: weighed.total_artifacts,
    status: run.status,
    minimum_level: minimum,
    total_artifacts: weighed.total_artifacts,
    compliant_artifacts: weighed.compliant_artifacts,
    compliant_artifact_ids: weighed.compliant_artifact_ids,
    compliant: weighed.compliant,
    pending_artifacts: weighed.pending_artifacts,
    reasons,
    artifacts: weighed.artifacts,
  };
}

// The only function that builds a PASS. It checks the conditions again, in case a rule is wrong.
function pass(run: Readonly<Run>, details: GateDetails): ReleaseGateResult {
  const count = details.compliant_artifact_ids.length;
  if (run.status !== 'succeeded' || count < 1 || details.pending_artifacts > 0 || details.reasons.length > 0) {
    throw new Error('a pass was asked for without grounds');
  }
  const message = `Release gate passed: ${count} compliant artifact(s) found`;
  return { run_id: run.id, passed: true, message, details };
}

/**
 * Whether a flag may be missing only because content must be read or verified again, which happens
 * without the caller. What a newer reader read does not count: this process leaves it alone.
 */
export function isStale(
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[],
  { minimum, trust }: Judging,
): boolean {
  if (artifacts.some(isOutdated)) return true;
  if (minimum !== 'verified') return false;
  const newer = new Set(artifacts.filter(({ evidence }) => readBy(evidence) === 'newer').map(({ id }) => id));
  return readings.some(
    ({ artifact_id, verification }) => !newer.has(artifact_id) && verification !== null && verification.trust !== trust,
  );
}
