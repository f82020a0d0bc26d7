import { z } from 'zod';
import { type Artifact, hashFinding } from './artifact.ts';
import { isPending, type RunReading } from './evidence.ts';
import {
  ArtifactFlags,
  BY_DEFAULT,
  checkArtifactCompliance,
  FLAGS,
  flagsOf,
  isEvidenceOf,
  type Judging,
  LEVELS,
  type Level,
  missingFlags,
} from './flags.ts';
import { type Run, RunStatus } from './run.ts';

const MAX_ARTIFACTS_NAMED = 100;

/** Of each list, so many say what their flags rest on; the compliance report tells it of all. */
const MAX_EXPLAINED = 3;

export const ReasonCode = z
  .enum(['run_not_succeeded', 'no_artifacts', 'evidence_pending', 'evidence_stale', 'no_compliant_artifact'])
  .meta({
    id: 'ReasonCode',
    description: 'Why the gate blocks. Codes are added, never renamed.',
    examples: ['no_compliant_artifact'],
  });
export type ReasonCode = z.infer<typeof ReasonCode>;

export const Reason = z
  .object({
    code: ReasonCode,
    message: z.string().meta({ description: 'The reason in words.', examples: ['No artifacts found for this run'] }),
    remediation: z.string().meta({
      description: 'What would remove it.',
      examples: ['Attach at least one artifact with POST /maestro/artifacts.'],
    }),
  })
  .meta({ id: 'Reason', description: 'One reason why the gate blocks, and what would remove it.' });
export type Reason = z.infer<typeof Reason>;

export const GateWarning = z
  .object({
    code: z.enum(['content_hash_not_compared']).meta({
      description: 'What it is, for programs. Codes are added, never renamed.',
      examples: ['content_hash_not_compared'],
    }),
    artifact_id: z.string().meta({ description: 'The artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
    message: z.string().meta({
      description: 'The same in words.',
      examples: ['content_hash is no complete SHA-256, SHA-384 or SHA-512: no bytes are compared with it'],
    }),
  })
  .meta({ id: 'GateWarning', description: 'Something of an artifact that is probably not what the caller meant.' });
export type GateWarning = z.infer<typeof GateWarning>;

export const ReleaseGateResult = z
  .object({
    run_id: z.string().meta({ description: 'The run judged.', examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'] }),
    passed: z.boolean().meta({ description: 'Whether the run may be released.', examples: [true] }),
    message: z.string().meta({
      description: 'The verdict in words: on a block, its first reason.',
      examples: ['Release gate passed: 1 compliant artifact(s) found'],
    }),
    details: z
      .object({
        status: RunStatus,
        minimum_level: z.enum(LEVELS).meta({
          description: 'How far a flag must be relied on to count (`GATE_MINIMUM_LEVEL`).',
          examples: ['asserted'],
        }),
        total_artifacts: z.int().meta({ description: 'Artifacts attached to the run.', examples: [3] }),
        compliant_artifacts: z.int().meta({ description: 'Those with all three flags.', examples: [1] }),
        compliant_artifact_ids: z.array(z.string()).meta({
          description: 'Ids of those with all three flags, newest first.',
          examples: [['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f']],
        }),
        compliant: z
          .array(
            z.object({
              artifact_id: z.string().meta({
                description: 'An artifact with all three flags.',
                examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
              }),
              flags: ArtifactFlags,
            }),
          )
          .meta({
            description: `What the flags of the first ${MAX_EXPLAINED} of those rest on; the compliance report of the manifest tells it of all.`,
            examples: [[]],
          }),
        pending_artifacts: z.int().meta({
          description: 'Artifacts whose content waits to be read. The gate does not pass before it was.',
          examples: [0],
        }),
        reasons: z.array(Reason).meta({
          description: 'Every reason that applies; none on a pass.',
          examples: [[]],
        }),
        artifacts: z
          .array(
            z.object({
              artifact_id: z.string().meta({
                description: 'An artifact that lacks a flag.',
                examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
              }),
              missing: z
                .array(z.enum(FLAGS))
                .meta({ description: 'The flags that it lacks.', examples: [['risk_assessment_present']] }),
              flags: ArtifactFlags.nullable().meta({
                description: `What its flags rest on; null beyond the first ${MAX_EXPLAINED}, of which the compliance report of the manifest tells it.`,
                examples: [null],
              }),
            }),
          )
          .meta({
            description: `The first ${MAX_ARTIFACTS_NAMED} artifacts that lack a flag; the counts cover all.`,
            examples: [[]],
          }),
        warnings: z
          .array(GateWarning)
          .optional()
          .meta({
            description: `What does not block and should be looked at: the first ${MAX_ARTIFACTS_NAMED}. Left out where there is nothing.`,
            examples: [[]],
          }),
      })
      .meta({
        description: 'What the verdict rests on.',
        examples: [
          {
            status: 'succeeded',
            minimum_level: 'asserted',
            total_artifacts: 1,
            compliant_artifacts: 1,
            compliant_artifact_ids: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
            compliant: [],
            pending_artifacts: 0,
            reasons: [],
            artifacts: [],
          },
        ],
      }),
  })
  .meta({ id: 'ReleaseGateResult', description: 'The verdict of the release gate.' });
export type ReleaseGateResult = z.infer<typeof ReleaseGateResult>;

/**
 * May this run be released? Only a `succeeded` run with at least one artifact that has all three flags may, and only when nothing of
 * it waits to be read; every rule runs even after one has failed, so that a blocked pipeline learns all its reasons at once.
 * `readings` are what the documents of the run say.
 */
export function checkReleaseGate(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = BY_DEFAULT,
): ReleaseGateResult {
  const own = artifacts.filter((artifact) => isEvidenceOf(run, artifact));
  const evidence = weigh(own, flagsOf(own, readings, judging));
  const reasons: Reason[] = [];
  if (run.status !== 'succeeded') reasons.push(reason('run_not_succeeded', run));
  if (evidence.total_artifacts === 0) reasons.push(reason('no_artifacts', run));
  if (evidence.pending_artifacts > 0) reasons.push(reason('evidence_pending', run));
  if (evidence.total_artifacts > 0 && evidence.compliant_artifacts === 0) {
    if (isStale(readings, judging)) reasons.push(reason('evidence_stale', run));
    reasons.push(reason('no_compliant_artifact', run, judging.minimum));
  }
  const { minimum: minimum_level } = judging;
  const details = { status: run.status, minimum_level, ...evidence, reasons };
  const [first] = reasons;
  return first === undefined
    ? verdict(run, details)
    : { run_id: run.id, passed: false, message: first.message, details };
}

/** Whether a verified flag may be missing only because what was verified must be verified again, which happens by itself. */
export function isStale(readings: readonly RunReading[], { minimum, trust }: Judging): boolean {
  return (
    minimum === 'verified' && readings.some(({ verification }) => verification !== null && verification.trust !== trust)
  );
}

type Details = ReleaseGateResult['details'];

// The one function that builds a PASS. It asks again for what makes one, so that no slip above it can.
function verdict(run: Readonly<Run>, details: Details): ReleaseGateResult {
  const count = details.compliant_artifact_ids.length;
  if (run.status !== 'succeeded' || count < 1 || details.pending_artifacts > 0 || details.reasons.length > 0) {
    throw new Error('a pass was asked for without grounds');
  }
  const message = `Release gate passed: ${count} compliant artifact(s) found`;
  return { run_id: run.id, passed: true, message, details };
}

function weigh(
  artifacts: readonly Readonly<Artifact>[],
  flags: ReadonlyMap<string, ArtifactFlags>,
): Omit<Details, 'status' | 'minimum_level' | 'reasons'> {
  const ids: string[] = [];
  const compliant: Details['compliant'] = [];
  const lacking: Details['artifacts'] = [];
  const warnings: GateWarning[] = [];
  let pending = 0;
  for (const artifact of artifacts) {
    const artifact_id = artifact.id;
    const own = flags.get(artifact_id);
    if (isPending(artifact)) pending += 1;
    if (warnings.length < MAX_ARTIFACTS_NAMED) warnings.push(...warningsOf(artifact));
    if (own === undefined) continue;
    if (checkArtifactCompliance(own)) {
      ids.push(artifact_id);
      if (compliant.length < MAX_EXPLAINED) compliant.push({ artifact_id, flags: own });
    } else if (lacking.length < MAX_ARTIFACTS_NAMED) {
      lacking.push({ artifact_id, missing: missingFlags(own), flags: lacking.length < MAX_EXPLAINED ? own : null });
    }
  }
  return {
    total_artifacts: artifacts.length,
    compliant_artifacts: ids.length,
    compliant_artifact_ids: ids,
    compliant,
    pending_artifacts: pending,
    artifacts: lacking,
    ...(warnings.length > 0 && { warnings }),
  };
}

function warningsOf(artifact: Readonly<Artifact>): GateWarning[] {
  const finding = hashFinding(artifact);
  return finding === null
    ? []
    : [{ code: 'content_hash_not_compared', artifact_id: artifact.id, message: finding.message }];
}

const REASONS: Record<ReasonCode, { message(run: Readonly<Run>): string; remediation: string }> = {
  run_not_succeeded: {
    message: (run) => `Run status is '${run.status}', must be 'succeeded'`,
    remediation:
      'Report the outcome with PATCH /maestro/runs/{run_id}; a run that failed or was cancelled stays so: start a new one.',
  },
  no_artifacts: {
    message: () => 'No artifacts found for this run',
    remediation: 'Attach at least one artifact with POST /maestro/artifacts.',
  },
  evidence_pending: {
    message: () => 'Evidence of this run waits to be read',
    remediation: 'Ask again in a moment, or with the header `Prefer: wait=30`, which waits up to so many seconds.',
  },
  evidence_stale: {
    message: () => 'Evidence of this run was verified before what is trusted changed',
    remediation:
      'It is verified again soon. Ask again in a moment, or with the header `Prefer: wait=30`, which waits up to so many seconds.',
  },
  no_compliant_artifact: {
    message: () => 'No artifacts meet compliance requirements (SBOM + SLSA provenance + risk assessment)',
    remediation:
      'Have one artifact with sbom_present, slsa_provenance_present and risk_assessment_present: declare them, or send documents about it whose content says so; details.artifacts names what each one lacks.',
  },
};

/** What the remediation goes on with where flags must rest on more than the word of the caller. */
const MORE: Record<Level, string> = {
  asserted: '',
  parsed: ' Here a flag counts only where it rests on a document that was read.',
  verified:
    ' Here a flag counts only where it rests on a document that a trusted signer signed and that names the content of the artifact; the evidence of each document says which link does not hold.',
};

function reason(code: ReasonCode, run: Readonly<Run>, minimum: Level = 'asserted'): Reason {
  const { message, remediation } = REASONS[code];
  return { code, message: message(run), remediation: remediation + MORE[minimum] };
}
