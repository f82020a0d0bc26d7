import { z } from 'zod';
import { ArtifactKind } from '../artifact/artifact.ts';
import { RunStatus } from '../run/run.ts';
import { Candidate } from './candidate.ts';
import { ArtifactFlags, FLAGS, LEVELS } from './flag.ts';
import { Reason } from './gate-reasons.ts';
import { GateWarning } from './gate-warnings.ts';

/** How many artifacts that lack a flag are listed. */
export const MAX_ARTIFACTS_NAMED = 100;

/** For how many artifacts of each list the flags are shown. The compliance report shows all. */
export const MAX_EXPLAINED = 3;

const PATH = z.string().meta({ description: 'Where it lies.', examples: ['s3://builds/1042/payment-api.tgz'] });

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

export type GateDetails = ReleaseGateResult['details'];
