import { z } from 'zod';
import { type Artifact, ArtifactKind } from '../artifact/artifact.ts';
import { isOutdated, isPending } from '../evidence/pending.ts';
import { readBy } from '../evidence/reader.ts';
import type { RunReading } from '../evidence/reading.ts';
import { type Run, RunStatus } from '../run/run.ts';
import { Candidate, candidatesOf } from './candidates.ts';
import {
  ArtifactFlags,
  BY_DEFAULT,
  countMissing,
  FLAGS,
  flagsOf,
  isEvidenceOf,
  type Judging,
  LEVELS,
  missingFlags,
} from './flags.ts';
import { Reason, type ReasonCode, reason } from './gate-reasons.ts';
import { GateWarning, warningsOf } from './gate-warnings.ts';

const MAX_ARTIFACTS_NAMED = 100;

const PATH = z.string().meta({ description: 'Where it lies.', examples: ['s3://builds/1042/payment-api.tgz'] });

/** Of each list, so many say what their flags rest on; the compliance report tells it of all. */
const MAX_EXPLAINED = 3;

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
        run_id: z.string().meta({
          description: 'The run judged, again: here the original service has it.',
          examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'],
        }),
        artifact_count: z.int().meta({
          description: 'The same as `total_artifacts`: the name that the original service gives it.',
          examples: [3],
        }),
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
              kind: ArtifactKind,
              path_or_uri: PATH,
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
              kind: ArtifactKind,
              path_or_uri: PATH,
              missing: z
                .array(z.enum(FLAGS))
                .meta({ description: 'The flags that it lacks.', examples: [['risk_assessment_present']] }),
              flags: ArtifactFlags.nullable().meta({
                description: `What its flags rest on; null beyond the first ${MAX_EXPLAINED}, of which the compliance report of the manifest tells it.`,
                examples: [null],
              }),
              candidates: z.array(Candidate).meta({
                description: `Where \`minimum_level\` is \`parsed\` or \`verified\` and the run is blocked: for each missing flag of the first ${MAX_EXPLAINED}, the documents that come closest to earning it, and the checks that they failed; else empty.`,
                examples: [[]],
              }),
            }),
          )
          .meta({
            description: `The first ${MAX_ARTIFACTS_NAMED} artifacts that lack a flag, those that lack the fewest first, and of those what is no document before the documents; the counts cover all.`,
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
            run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
            artifact_count: 1,
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
  const lacks = evidence.total_artifacts > 0 && evidence.compliant_artifacts === 0;
  const codes: ReasonCode[] = [];
  if (run.status !== 'succeeded') codes.push('run_not_succeeded');
  if (evidence.total_artifacts === 0) codes.push('no_artifacts');
  if (evidence.pending_artifacts > 0) codes.push('evidence_pending');
  if (lacks && isStale(own, readings, judging)) codes.push('evidence_stale');
  if (lacks) codes.push('no_compliant_artifact');
  if (lacks) explain(evidence.artifacts, own, readings, judging);
  const { minimum: minimum_level } = judging;
  const reasons = codes.map((code) => reason(code, run, minimum_level));
  // Written out: spreading would take longer than all the rest of a gate over a few artifacts.
  const details: Details = {
    run_id: run.id,
    artifact_count: evidence.total_artifacts,
    status: run.status,
    minimum_level,
    total_artifacts: evidence.total_artifacts,
    compliant_artifacts: evidence.compliant_artifacts,
    compliant_artifact_ids: evidence.compliant_artifact_ids,
    compliant: evidence.compliant,
    pending_artifacts: evidence.pending_artifacts,
    reasons,
    artifacts: evidence.artifacts,
  };
  const warnings = warningsOf(own, MAX_ARTIFACTS_NAMED);
  if (warnings.length > 0) details.warnings = warnings;
  const [first] = reasons;
  return first === undefined
    ? verdict(run, details)
    : { run_id: run.id, passed: false, message: first.message, details };
}

/**
 * Whether a flag may be missing only because something must be read or verified again, which happens by itself. What a newer reader read is
 * not such: this process leaves it alone.
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

type Weighed = Omit<Details, 'run_id' | 'artifact_count' | 'status' | 'minimum_level' | 'reasons' | 'warnings'>;

function weigh(artifacts: readonly Readonly<Artifact>[], flags: ReadonlyMap<string, ArtifactFlags>): Weighed {
  const ids: string[] = [];
  const compliant: Details['compliant'] = [];
  // By how many flags they lack, one to three; of each number what was built before the documents about it.
  const lacking: Readonly<Artifact>[][] = [[], [], [], [], [], []];
  let pending = 0;
  for (const artifact of artifacts) {
    const own = flags.get(artifact.id);
    if (isPending(artifact)) pending += 1;
    if (own === undefined) continue;
    const missing = countMissing(own);
    if (missing > 0) {
      const alike = lacking[(missing - 1) * 2 + (isDocument(artifact) ? 1 : 0)];
      if (alike !== undefined && alike.length < MAX_ARTIFACTS_NAMED) alike.push(artifact);
      continue;
    }
    ids.push(artifact.id);
    if (compliant.length >= MAX_EXPLAINED) continue;
    const { id: artifact_id, kind, path_or_uri } = artifact;
    compliant.push({ artifact_id, kind, path_or_uri, flags: own });
  }
  const named: Details['artifacts'] = [];
  for (const alike of lacking) {
    for (const artifact of alike) {
      if (named.length >= MAX_ARTIFACTS_NAMED) break;
      named.push(lackingRow(artifact, flags.get(artifact.id), named.length < MAX_EXPLAINED));
    }
  }
  return {
    total_artifacts: artifacts.length,
    compliant_artifacts: ids.length,
    compliant_artifact_ids: ids,
    compliant,
    pending_artifacts: pending,
    artifacts: named,
  };
}

const isDocument = ({ evidence }: Readonly<Artifact>) => evidence?.state === 'read';

function lackingRow(
  artifact: Readonly<Artifact>,
  flags: ArtifactFlags | undefined,
  isExplained: boolean,
): Details['artifacts'][number] {
  // Spelt out: a spread would take longer than all the rest.
  const { id: artifact_id, kind, path_or_uri } = artifact;
  const explained = isExplained ? (flags ?? null) : null;
  return { artifact_id, kind, path_or_uri, missing: missingFlags(flags), flags: explained, candidates: [] };
}

/** Says of the first artifacts that lack a flag which documents come closest to earning it. */
function explain(
  lacking: Details['artifacts'],
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[],
  judging: Judging,
): void {
  if (judging.minimum === 'asserted') return;
  const candidates = candidatesOf(artifacts, readings, judging);
  for (const one of lacking.slice(0, MAX_EXPLAINED)) {
    const artifact = artifacts.find(({ id }) => id === one.artifact_id);
    if (artifact !== undefined) one.candidates = candidates(artifact, one.missing);
  }
}
