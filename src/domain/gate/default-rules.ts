// The rules that every gate has, in the order in which their reasons are reported.
import { DEFAULT_CODES, type DefaultCode, reason } from './gate-reasons.ts';
import { isStale } from './is-stale.ts';
import { type GateInput, PASSED, type Rule } from './rule.ts';

// Each says whether its reason blocks. Closed: a code without a rule does not compile.
const BLOCKS: Record<DefaultCode, (input: GateInput) => boolean> = {
  run_not_succeeded: ({ run }) => run.status !== 'succeeded',
  no_artifacts: ({ weighed }) => weighed.total_artifacts === 0,
  evidence_pending: ({ weighed }) => weighed.pending_artifacts > 0,
  evidence_stale: (input) => lacksCompliance(input) && isStale(input),
  no_compliant_artifact: lacksCompliance,
};

/** Only a `succeeded` run with an artifact that has all three flags, and nothing left to read. */
export const DEFAULT_RULES: readonly Rule[] = DEFAULT_CODES.map(defaultRule);

function defaultRule(code: DefaultCode): Rule {
  const blocks = BLOCKS[code];
  return {
    id: code,
    evaluate(input) {
      if (!blocks(input)) return PASSED;
      // Spelt out, as it is most of the time of a gate over a few artifacts.
      const { message, remediation } = reason(code, input.run, input.minimum);
      return { outcome: 'blocked', code, message, remediation };
    },
  };
}

function lacksCompliance({ weighed }: GateInput): boolean {
  return weighed.total_artifacts > 0 && weighed.compliant_artifacts === 0;
}
