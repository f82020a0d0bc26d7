import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLAGS } from '../../../src/domain/gate/flag.ts';
import { RunManifest } from '../../../src/domain/gate/run-manifest.ts';
import { TRUST } from '../attestations.ts';
import { anArtifact, anyCompliant, anyIncomplete, anyStatus, aRun } from '../rows.ts';
import { gateOf, manifestOf } from './judged.ts';

const PACK = {
  id: 'pack-1',
  run_id: 'run-1',
  summary: 'Evidence',
  artifact_ids: ['artifact-1'],
  artifact_digests: [],
  artifact_contents: [{ artifact_id: 'artifact-1', digest: null, reason: 'content_not_sent' as const }],
  created_at: '2026-01-31T10:10:00.000Z',
  metadata: {},
};

const anyArtifacts = fc.array(fc.oneof(anyCompliant('run-1'), anyIncomplete('run-1')), { maxLength: 8 });

describe('the manifest of a run', () => {
  it('holds the run, its artifacts, its latest pack and the report', () => {
    const run = aRun({ status: 'succeeded', finished_at: '2026-01-31T10:30:00.000Z' });
    const artifacts = [anArtifact({ id: 'artifact-2' }, { sbom_present: false }), anArtifact()];
    const manifest = manifestOf({ run, artifacts, latest_pack: PACK, readings: [] });
    expect(manifest.run).toEqual(run);
    expect(manifest.artifacts).toEqual(artifacts);
    expect(manifest.disclosure_pack).toEqual(PACK);
    expect(manifest.compliance_report).toMatchObject({
      run_id: 'run-1',
      release_gate_passed: true,
      summary: { total_artifacts: 2, compliant_artifacts: 1 },
    });
  });

  it('holds null where there is no pack, and no artifacts where there are none', () => {
    const manifest = manifestOf({ run: aRun(), artifacts: [], latest_pack: null, readings: [] });
    expect(manifest.disclosure_pack).toBeNull();
    expect(manifest.artifacts).toEqual([]);
    expect(manifest.compliance_report.release_gate_message).toBe("Run status is 'pending', must be 'succeeded'");
  });

  it('is judged as the gate is', () => {
    const snapshot = { run: aRun({ status: 'succeeded' }), artifacts: [anArtifact()], latest_pack: null, readings: [] };
    expect(manifestOf(snapshot).compliance_report.release_gate_passed).toBe(true);
    for (const minimum of ['parsed', 'verified'] as const) {
      const report = manifestOf(snapshot, { minimum, trust: TRUST }).compliance_report;
      expect(report).toMatchObject({ release_gate_passed: false, artifacts: [{ compliant: false }] });
    }
  });

  it('holds a pass that nothing in it contradicts, and a block only with a cause in it', () => {
    fc.assert(
      fc.property(anyStatus, anyArtifacts, fc.constantFrom(null, PACK), (status, artifacts, latest_pack) => {
        const run = aRun({ status });
        const manifest = manifestOf({ run, artifacts, latest_pack, readings: [] });
        const { compliance_report: report } = manifest;
        const good = manifest.artifacts.filter((one) => FLAGS.every((flag) => one.metadata_json[flag]));

        expect(report.release_gate_passed).toBe(manifest.run.status === 'succeeded' && good.length > 0);
        expect(report.release_gate_passed).toBe(gateOf(run, artifacts).passed);
        expect(report.artifacts.filter((one) => one.compliant).map((one) => one.artifact_id)).toEqual(
          good.map((one) => one.id),
        );
        expect(report.artifacts.map((one) => one.artifact_id)).toEqual(manifest.artifacts.map((one) => one.id));
        expect(RunManifest.parse(manifest)).toEqual(manifest);
      }),
    );
  });
});
