// What the gate and the compliance report are meant to say, written a second time for the model.
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import type { Run } from '../../src/domain/run/run.ts';

const FLAGS = ['sbom_present', 'slsa_provenance_present', 'risk_assessment_present'] as const;

const missing = ({ metadata_json }: Artifact) => FLAGS.filter((flag) => !metadata_json[flag]);

// These artifacts have no content: all that is known is what was declared.
const flagsOf = ({ metadata_json }: Artifact) => {
  const stateOf = (value: boolean) => ({
    value,
    level: 'asserted',
    because: value ? 'declared' : 'not_declared',
    document: null,
    signer: null,
  });
  return Object.fromEntries(FLAGS.map((flag) => [flag, stateOf(metadata_json[flag])]));
};

function reasonsOf(run: Run, artifacts: readonly Artifact[]): { code: string; message: string }[] {
  const reasons = [];
  if (run.status !== 'succeeded') {
    reasons.push({ code: 'run_not_succeeded', message: `Run status is '${run.status}', must be 'succeeded'` });
  }
  if (artifacts.length === 0) {
    reasons.push({ code: 'no_artifacts', message: 'No artifacts found for this run' });
  } else if (artifacts.every((one) => missing(one).length > 0)) {
    const message = 'No artifacts meet compliance requirements (SBOM + SLSA provenance + risk assessment)';
    reasons.push({ code: 'no_compliant_artifact', message });
  }
  return reasons;
}

function messageOf(run: Run, artifacts: readonly Artifact[]): string {
  const compliant = artifacts.filter((one) => missing(one).length === 0).length;
  return reasonsOf(run, artifacts)[0]?.message ?? `Release gate passed: ${compliant} compliant artifact(s) found`;
}

/** The verdict on a run with these artifacts, newest first. What would remove a reason is taken as `seen`, if it is text. */
export function expectedVerdict(run: Run, artifacts: readonly Artifact[], seen: Record<string, unknown>) {
  const reasons = reasonsOf(run, artifacts);
  const compliant = artifacts.filter((one) => missing(one).length === 0).map(({ id }) => id);
  return {
    run_id: run.id,
    passed: reasons.length === 0,
    message: messageOf(run, artifacts),
    details: {
      run_id: run.id,
      artifact_count: artifacts.length,
      status: run.status,
      minimum_level: 'asserted',
      total_artifacts: artifacts.length,
      compliant_artifacts: compliant.length,
      compliant_artifact_ids: compliant,
      compliant: artifacts
        .filter((one) => missing(one).length === 0)
        .slice(0, 3)
        .map((one) => ({ ...namesOf(one), flags: flagsOf(one) })),
      pending_artifacts: 0,
      reasons: reasons.map((reason, index) => ({ ...reason, remediation: seenRemediation(seen, index) })),
      artifacts: artifacts
        .filter((one) => missing(one).length > 0)
        .toSorted((one, other) => missing(one).length - missing(other).length)
        .map((one, index) => ({
          ...namesOf(one),
          missing: missing(one),
          flags: index < 3 ? flagsOf(one) : null,
          candidates: [],
        })),
      ...warningsOn(artifacts),
    },
  };
}

const namesOf = ({ id, kind, path_or_uri }: Artifact) => ({ artifact_id: id, kind, path_or_uri });

// The texts that commands send as `content_hash` are never digests.
function warningsOn(artifacts: readonly Artifact[]) {
  const odd = artifacts.filter(({ content_hash }) => content_hash !== null);
  const message =
    'content_hash is no complete SHA-256, SHA-384 or SHA-512: no bytes are compared with it, and no document names it';
  const warnings = odd.map(({ id }) => ({ code: 'content_hash_not_compared', artifact_id: id, message }));
  return warnings.length === 0 ? {} : { warnings };
}

function seenRemediation(seen: Record<string, unknown>, index: number): string {
  const { reasons } = (seen.details ?? {}) as { reasons?: { remediation?: unknown }[] };
  return String(reasons?.[index]?.remediation);
}

/** The compliance report on a run with these artifacts. */
export function expectedReport(run: Run, artifacts: readonly Artifact[]) {
  const compliant = artifacts.filter((one) => missing(one).length === 0);
  return {
    run_id: run.id,
    run_name: run.name,
    run_status: run.status,
    release_gate_passed: reasonsOf(run, artifacts).length === 0,
    release_gate_message: messageOf(run, artifacts),
    artifacts: artifacts.map((one) => ({
      artifact_id: one.id,
      kind: one.kind,
      sbom_present: one.metadata_json.sbom_present,
      slsa_provenance_present: one.metadata_json.slsa_provenance_present,
      risk_assessment_present: one.metadata_json.risk_assessment_present,
      compliant: compliant.includes(one),
      flags: flagsOf(one),
      facts: null,
      level: null,
    })),
    summary: { total_artifacts: artifacts.length, compliant_artifacts: compliant.length },
  };
}
