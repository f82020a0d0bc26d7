import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComplianceReport } from '../../../src/domain/gate/compliance-report.ts';
import { LEVELS } from '../../../src/domain/gate/flag.ts';
import { TRUST } from '../attestations.ts';
import { anArtifact, anyArtifact, anyStatus, aRun, declaredFlags } from '../rows.ts';
import { gateOf, reportOf } from './judged.ts';

const SUCCEEDED = aRun({ status: 'succeeded', finished_at: '2026-01-31T10:30:00.000Z' });

describe('the compliance report', () => {
  it('tells of the run, the verdict and each artifact, in the order given', () => {
    const artifacts = [
      anArtifact({ id: 'good', kind: 'sbom' }),
      anArtifact({ id: 'bad', kind: 'build_log' }, { slsa_provenance_present: false }),
    ];
    expect(reportOf(SUCCEEDED, artifacts)).toEqual({
      run_id: 'run-1',
      run_name: 'build 1',
      run_status: 'succeeded',
      release_gate_passed: true,
      release_gate_message: 'Release gate passed: 1 compliant artifact(s) found',
      artifacts: [
        {
          artifact_id: 'good',
          kind: 'sbom',
          sbom_present: true,
          slsa_provenance_present: true,
          risk_assessment_present: true,
          compliant: true,
          flags: declaredFlags(),
          facts: null,
          level: null,
        },
        {
          artifact_id: 'bad',
          kind: 'build_log',
          sbom_present: true,
          slsa_provenance_present: false,
          risk_assessment_present: true,
          compliant: false,
          flags: declaredFlags({ slsa_provenance_present: false }),
          facts: null,
          level: null,
        },
      ],
      summary: { total_artifacts: 2, compliant_artifacts: 1 },
    });
  });

  it('tells of a run without artifacts', () => {
    const report = reportOf(aRun(), []);
    expect(report).toMatchObject({
      run_status: 'pending',
      release_gate_passed: false,
      release_gate_message: "Run status is 'pending', must be 'succeeded'",
      artifacts: [],
      summary: { total_artifacts: 0, compliant_artifacts: 0 },
    });
  });

  it('names every artifact, however many the gate leaves out', () => {
    const artifacts = Array.from({ length: 150 }, (_, index) =>
      anArtifact({ id: `artifact-${index}` }, { sbom_present: false }),
    );
    const gate = gateOf(SUCCEEDED, artifacts);
    const report = reportOf(SUCCEEDED, artifacts);
    expect(gate.details.artifacts).toHaveLength(100);
    expect(report.artifacts.map((one) => one.artifact_id)).toEqual(artifacts.map(({ id }) => id));
    expect(report.summary).toEqual({ total_artifacts: 150, compliant_artifacts: 0 });
  });

  it.each([undefined, null, 'true', 1, {}])('shows an odd flag (%j) as a missing one, never as it is', (odd) => {
    const artifacts = [anArtifact({}, { risk_assessment_present: odd as never })];
    const [row] = reportOf(SUCCEEDED, artifacts).artifacts;
    expect(row).toMatchObject({ risk_assessment_present: false, compliant: false });
  });

  it('shows the flags as they are judged: those that rest on less than is asked for are none', () => {
    for (const minimum of ['parsed', 'verified'] as const) {
      const judging = { minimum, trust: null };
      const artifacts = [anArtifact()];
      const report = reportOf(SUCCEEDED, artifacts, [], judging);
      expect(report.artifacts[0]).toMatchObject({ sbom_present: false, compliant: false });
      expect(report.artifacts[0]?.flags.sbom_present.because).toBe('level_too_low');
      expect(report).toMatchObject({ release_gate_passed: false, summary: { compliant_artifacts: 0 } });
    }
  });

  it('never disagrees with the gate, whatever it is handed and however it is judged', () => {
    const anyJudging = fc.record({ minimum: fc.constantFrom(...LEVELS), trust: fc.constantFrom(null, TRUST) });
    const anyArtifacts = fc.array(anyArtifact('run-1'), { maxLength: 8 });
    fc.assert(
      fc.property(anyStatus, anyArtifacts, anyJudging, (status, artifacts, judging) => {
        const run = aRun({ status });
        const gate = gateOf(run, artifacts, [], judging);
        const report = reportOf(run, artifacts, [], judging);
        const compliant = report.artifacts.filter((one) => one.compliant);

        expect(report).toMatchObject({ run_id: gate.run_id, run_status: gate.details.status });
        expect(report.release_gate_passed).toBe(gate.passed);
        expect(report.release_gate_message).toBe(gate.message);
        expect(report.artifacts).toHaveLength(gate.details.total_artifacts);
        expect(compliant.map((one) => one.artifact_id)).toEqual(gate.details.compliant_artifact_ids);
        expect(report.summary).toEqual({
          total_artifacts: report.artifacts.length,
          compliant_artifacts: compliant.length,
        });
        expect(ComplianceReport.parse(report)).toEqual(report);
      }),
    );
  });
});
