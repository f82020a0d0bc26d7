import { z } from 'zod';
import { ArtifactKind } from '../artifact/artifact.ts';
import { contentIndex } from '../evidence/digests.ts';
import { documentFacts } from '../evidence/document-facts.ts';
import { EvidenceFacts } from '../evidence/evidence-facts.ts';
import { RunStatus } from '../run/run.ts';
import { ArtifactFlags } from './flag.ts';
import { checkArtifactCompliance } from './flags.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';
import { onceForFlags } from './once-for-row.ts';
import type { ReleaseGateResult } from './release-gate-result.ts';
import type { GateInput } from './rule.ts';

const flag = (what: string) => z.boolean().meta({ description: `Whether the artifact has ${what}.`, examples: [true] });

export const ReportedArtifact = z.object({
  artifact_id: z.string().meta({ description: 'The artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
  kind: ArtifactKind,
  sbom_present: flag('an SBOM'),
  slsa_provenance_present: flag('SLSA provenance'),
  risk_assessment_present: flag('a risk assessment'),
  compliant: flag('all three'),
  flags: ArtifactFlags,
  facts: EvidenceFacts.nullable().meta({
    description:
      'The facts of its content, by kind: those of its first verified statement, or else those of the ' +
      'document as it was read. Null if the content was not understood, was not read by this version of ' +
      'Maestro, or does not exist.',
    examples: [null],
  }),
  level: z
    .enum(['parsed', 'verified'])
    .nullable()
    .meta({
      description: 'The level of these facts; null if the content was not read.',
      examples: ['parsed'],
    }),
});
type ReportedArtifact = z.infer<typeof ReportedArtifact>;

export const ComplianceReport = z
  .object({
    run_id: z.string().meta({ description: 'The run.', examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'] }),
    run_name: z.string().meta({ description: 'The name of the run.', examples: ['payment-api build 1042'] }),
    run_status: RunStatus,
    release_gate_passed: z.boolean().meta({ description: 'Whether the run passes the gate.', examples: [true] }),
    release_gate_message: z.string().meta({
      description: 'The verdict as text.',
      examples: ['Release gate passed: 1 compliant artifact(s) found'],
    }),
    artifacts: z
      .array(ReportedArtifact)
      .meta({ description: 'Every artifact of the run, newest first.', examples: [[]] }),
    summary: z
      .object({
        total_artifacts: z.int().meta({ description: 'How many artifacts are attached to the run.', examples: [3] }),
        compliant_artifacts: z.int().meta({ description: 'How many of them have all three flags.', examples: [1] }),
      })
      .meta({ description: 'The counts.', examples: [{ total_artifacts: 3, compliant_artifacts: 1 }] }),
  })
  .meta({ id: 'ComplianceReport', description: 'What the verdict of the gate rests on, artifact by artifact.' });
export type ComplianceReport = z.infer<typeof ComplianceReport>;

/** The report behind a verdict, from what that rests on: it judges nothing again. */
export function generateComplianceReport(input: GateInput, gate: ReleaseGateResult): ComplianceReport {
  const { run, artifacts, documents, flags, trust } = input;
  const read = new Map(documents.map((reading) => [reading.artifact_id, reading]));
  const index = contentIndex(documents.length > 0 ? artifacts : []);
  const rowOf = (artifact: Readonly<Artifact>, own: Readonly<ArtifactFlags>): ReportedArtifact => {
    const { facts, level } = documentFacts(artifact, read.get(artifact.id) ?? null, index, trust);
    // Most artifacts have none: then the row follows from the artifact and its flags.
    if (facts === null && level === null) return rowWithoutFacts(artifact, own);
    return reportedArtifact(artifact, own, facts, level);
  };
  return {
    run_id: run.id,
    run_name: run.name,
    run_status: run.status,
    release_gate_passed: gate.passed,
    release_gate_message: gate.message,
    artifacts: artifacts.map((artifact, at) => rowOf(artifact, flags[at] as ArtifactFlags)),
    summary: {
      total_artifacts: gate.details.total_artifacts,
      compliant_artifacts: gate.details.compliant_artifacts,
    },
  };
}

const rowWithoutFacts = onceForFlags((artifact, flags) => reportedArtifact(artifact, flags, null, null));

function reportedArtifact(
  { id, kind }: Readonly<Artifact>,
  flags: Readonly<ArtifactFlags>,
  facts: ReportedArtifact['facts'],
  level: ReportedArtifact['level'],
): ReportedArtifact {
  return {
    artifact_id: id,
    kind,
    sbom_present: flags.sbom_present.value,
    slsa_provenance_present: flags.slsa_provenance_present.value,
    risk_assessment_present: flags.risk_assessment_present.value,
    compliant: checkArtifactCompliance(flags),
    flags,
    facts,
    level,
  };
}
