import { z } from 'zod';
import { Artifact } from '../artifact/artifact.ts';
import type { RunReading } from '../evidence/reading.ts';
import { DisclosurePack } from '../pack/disclosure-pack.ts';
import { Run } from '../run/run.ts';
import { ComplianceReport, generateComplianceReport } from './compliance-report.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { RuleFailed } from './evaluate-rules.ts';
import type { Judging } from './flag.ts';
import { checkReleaseGate } from './release-gate.ts';
import { gateInput, type Rule } from './rule.ts';

export const RunManifest = z
  .object({
    run: Run,
    artifacts: z.array(Artifact).meta({ description: 'Every artifact of the run, newest first.', examples: [[]] }),
    disclosure_pack: DisclosurePack.nullable().meta({
      description: 'The latest disclosure pack of the run, or null.',
      examples: [null],
    }),
    compliance_report: ComplianceReport,
  })
  .meta({ id: 'RunManifest', description: 'Everything that Maestro knows about one run at one moment.' });
export type RunManifest = z.infer<typeof RunManifest>;

/** A run with its artifacts, newest first, and its latest pack, all read at one moment. */
export type RunSnapshot = {
  readonly run: Readonly<Run>;
  readonly artifacts: Readonly<Artifact>[];
  readonly latest_pack: Readonly<DisclosurePack> | null;
  /** The readings of those artifacts, in the same order. */
  readonly readings: readonly RunReading[];
};

/** The manifest of a run. It is judged once: the report shows what the verdict rests on. */
export function runManifest(
  snapshot: RunSnapshot,
  judging: Judging,
  now: Date,
  rules: readonly Rule[] = DEFAULT_RULES,
  failed?: RuleFailed,
): RunManifest {
  const { run, artifacts, latest_pack } = snapshot;
  const input = gateInput(snapshot, judging, now);
  const gate = checkReleaseGate(input, rules, failed);
  return { run, artifacts, disclosure_pack: latest_pack, compliance_report: generateComplianceReport(input, gate) };
}
