// Why the gate blocks, and what would remove each reason. A remediation never suggests what cannot
// help at the minimum level or in the status of the run.
import { z } from 'zod';
import type { Run } from '../run/run.ts';
import type { Level } from './flag.ts';

/** The codes of the rules that every gate has, in the order in which they are reported. */
export const DEFAULT_CODES = [
  'run_not_succeeded',
  'no_artifacts',
  'evidence_pending',
  'evidence_stale',
  'no_compliant_artifact',
] as const;
export type DefaultCode = (typeof DEFAULT_CODES)[number];

export const ReasonCode = z.enum([...DEFAULT_CODES, 'not_evaluated']).meta({
  id: 'ReasonCode',
  description: 'Why the gate blocks. Codes are added, never renamed.',
  examples: ['no_compliant_artifact'],
});
export type ReasonCode = z.infer<typeof ReasonCode>;

export const Reason = z
  .object({
    code: ReasonCode,
    message: z.string().meta({ description: 'The reason as text.', examples: ['No artifacts found for this run'] }),
    remediation: z.string().meta({
      description: 'What would remove the reason.',
      examples: ['Attach at least one artifact with POST /maestro/artifacts.'],
    }),
  })
  .meta({ id: 'Reason', description: 'One reason why the gate blocks, and what would remove it.' });
export type Reason = z.infer<typeof Reason>;

const WAIT = 'Ask again in a moment, or with the header `Prefer: wait=30`, which waits up to 30 seconds.';

const ATTACH = 'Attach at least one artifact with POST /maestro/artifacts.';
const SEND =
  'Attach the built artifact and the documents about it with POST /maestro/artifacts, and send their content.';
const NO_ATTACHMENTS: Record<Level, string> = { asserted: ATTACH, parsed: SEND, verified: SEND };

const LACKING = 'details.artifacts shows what each artifact lacks';
const CANDIDATES = `${LACKING}, and in \`candidates\` which documents come closest and which of their checks failed.`;
const NO_COMPLIANCE: Record<Level, string> = {
  asserted:
    'One artifact needs sbom_present, slsa_provenance_present and risk_assessment_present: declare them, ' +
    `or send documents about it that earn them; ${LACKING}.`,
  parsed:
    'One artifact needs sbom_present, slsa_provenance_present and risk_assessment_present, each from a ' +
    'document that was read: send an SBOM, SLSA provenance and a risk assessment that name its digest or ' +
    `are \`about\` it. A declared flag does not count at the level parsed. ${CANDIDATES}`,
  verified:
    'One artifact needs sbom_present, slsa_provenance_present and risk_assessment_present, each from a ' +
    'document that a trusted signer signed and that names the SHA-256 or SHA-512 of its content: send ' +
    'its content, and signed statements with an SBOM, SLSA provenance and a risk assessment. Neither a ' +
    `declared flag nor \`about\` nor an unsigned document counts at the level verified. ${CANDIDATES}`,
};

const REASONS: Record<
  DefaultCode,
  { message(run: Readonly<Run>): string; remediation(run: Readonly<Run>, minimum: Level): string }
> = {
  run_not_succeeded: {
    message: (run) => `Run status is '${run.status}', must be 'succeeded'`,
    remediation: ({ status }) =>
      status === 'failed' || status === 'cancelled'
        ? `Start a new run with POST /maestro/runs: the status of a ${status} run is final.`
        : 'Report the outcome with PATCH /maestro/runs/{run_id}.',
  },
  no_artifacts: {
    message: () => 'No artifacts found for this run',
    remediation: (_run, minimum) => NO_ATTACHMENTS[minimum],
  },
  evidence_pending: {
    message: () => 'Evidence of this run waits to be read',
    remediation: () => WAIT,
  },
  evidence_stale: {
    message: () =>
      'Evidence of this run was read by an older version of Maestro, or verified before what is trusted changed',
    remediation: () => `It will be read and verified again soon. ${WAIT}`,
  },
  no_compliant_artifact: {
    message: () => 'No artifacts meet compliance requirements (SBOM + SLSA provenance + risk assessment)',
    remediation: (_run, minimum) => NO_COMPLIANCE[minimum],
  },
};

/** The reason of a code, for this run and at this minimum level. */
export function reason(code: DefaultCode, run: Readonly<Run>, minimum: Level): Reason {
  const { message, remediation } = REASONS[code];
  return { code, message: message(run), remediation: remediation(run, minimum) };
}

/** Why a gate blocks where a rule could not be evaluated, or where there is none. */
export const NOT_EVALUATED: Readonly<Reason> = Object.freeze({
  code: 'not_evaluated',
  message: 'A rule of the release gate could not be evaluated',
  remediation: 'Ask again. If the gate still says so, the log of the server has the cause.',
});
