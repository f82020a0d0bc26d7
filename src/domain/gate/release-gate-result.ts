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

const PATH = z
  .string()
  .meta({ description: 'The path or URI of the artifact.', examples: ['s3://builds/1042/payment-api.tgz'] });

export const CompliantArtifact = z.object({
  artifact_id: z.string().meta({
    description: 'An artifact with all three flags.',
    examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
  }),
  kind: ArtifactKind,
  path_or_uri: PATH,
  flags: ArtifactFlags,
});

export const LackingArtifact = z.object({
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
    description:
      `What its flags rest on; null after the first ${MAX_EXPLAINED} artifacts. The compliance report of ` +
      'the manifest shows the flags of all.',
    examples: [null],
  }),
  candidates: z.array(Candidate).meta({
    description:
      'If `minimum_level` is `parsed` or `verified` and the run is blocked: for each missing flag of ' +
      `the first ${MAX_EXPLAINED} artifacts, the documents that come closest to earning it, and the checks ` +
      'that they failed. Else empty.',
    examples: [[]],
  }),
});

export const ReleaseGateResult = z
  .object({
    run_id: z.string().meta({ description: 'The run judged.', examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'] }),
    passed: z.boolean().meta({ description: 'Whether the run may be released.', examples: [true] }),
    message: z.string().meta({
      description: 'The verdict as text; if the gate blocks, the message of the first reason.',
      examples: ['Release gate passed: 1 compliant artifact(s) found'],
    }),
    details: z
      .object({
        run_id: z.string().meta({
          description: 'The run judged, again: the original service returns it here.',
          examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'],
        }),
        artifact_count: z.int().meta({
          description: 'The same as `total_artifacts`, under the name that the original service uses.',
          examples: [3],
        }),
        status: RunStatus,
        minimum_level: z.enum(LEVELS).meta({
          description: 'The lowest level at which a flag counts (`GATE_MINIMUM_LEVEL`).',
          examples: ['asserted'],
        }),
        total_artifacts: z.int().meta({ description: 'How many artifacts are attached to the run.', examples: [3] }),
        compliant_artifacts: z.int().meta({ description: 'How many of them have all three flags.', examples: [1] }),
        compliant_artifact_ids: z.array(z.string()).meta({
          description: 'The ids of the artifacts with all three flags, newest first.',
          examples: [['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f']],
        }),
        compliant: z.array(CompliantArtifact).meta({
          description:
            `The first ${MAX_EXPLAINED} of these artifacts, and what their flags rest on. The compliance report ` +
            'of the manifest shows all.',
          examples: [[]],
        }),
        pending_artifacts: z.int().meta({
          description:
            'How many artifacts have content that is waiting to be read. The gate does not pass until it has been read.',
          examples: [0],
        }),
        reasons: z.array(Reason).meta({
          description: 'Every reason that applies; empty on a pass.',
          examples: [[]],
        }),
        artifacts: z.array(LackingArtifact).meta({
          description:
            `The first ${MAX_ARTIFACTS_NAMED} artifacts that lack a flag: those that lack the fewest first and, ` +
            'among these, artifacts that are not documents before documents. The counts cover all artifacts.',
          examples: [[]],
        }),
        warnings: z
          .array(GateWarning)
          .optional()
          .meta({
            description:
              `What does not block but should be looked at: the first ${MAX_ARTIFACTS_NAMED} warnings. Left out if ` +
              'there are none.',
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
