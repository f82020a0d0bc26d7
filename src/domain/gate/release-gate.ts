// The verdict of the release gate.
import { DEFAULT_RULES } from './default-rules.ts';
import { evaluateRules, type RuleFailed } from './evaluate-rules.ts';
import type { Reason } from './gate-reasons.ts';
import { warningsOf } from './gate-warnings.ts';
import { type GateDetails, MAX_ARTIFACTS_NAMED, type ReleaseGateResult } from './release-gate-result.ts';
import type { GateInput, Rule, RuleResult } from './rule.ts';
import { withCandidates } from './weigh-artifacts.ts';

/**
 * Whether the run may be released: only where every rule passes, and there is at least one. All
 * rules run, even after one blocks, so that a pipeline learns all its reasons at once. A rule that
 * throws blocks; `failed` is told why.
 */
export function checkReleaseGate(
  input: GateInput,
  rules: readonly Rule[] = DEFAULT_RULES,
  failed: RuleFailed = () => {},
): ReleaseGateResult {
  const grounds = groundsOf(input);
  const results = evaluateRules(input, rules, failed);
  const reasons = reasonsOf(results);
  const details = detailsOf(input, reasons);
  const warnings = warningsOf(input.artifacts, MAX_ARTIFACTS_NAMED);
  if (warnings.length > 0) details.warnings = warnings;
  const [first] = reasons;
  return first === undefined
    ? pass(input, details, results, grounds)
    : { run_id: input.run.id, passed: false, message: first.message, details };
}

function reasonsOf(results: readonly RuleResult[]): Reason[] {
  const reasons: Reason[] = [];
  for (const result of results) {
    if (result.outcome === 'passed') continue;
    const { code, message, remediation } = result;
    reasons.push({ code, message, remediation });
  }
  return reasons;
}

function detailsOf(input: GateInput, reasons: Reason[]): GateDetails {
  const { run, minimum, weighed } = input;
  // Spelt out: spreading takes longer than the rest of a gate over a few artifacts.
  return {
    run_id: run.id,
    artifact_count: weighed.total_artifacts,
    status: run.status,
    minimum_level: minimum,
    total_artifacts: weighed.total_artifacts,
    compliant_artifacts: weighed.compliant_artifacts,
    compliant_artifact_ids: weighed.compliant_artifact_ids,
    compliant: weighed.compliant,
    pending_artifacts: weighed.pending_artifacts,
    reasons,
    artifacts: reasons.some(lacksCompliance) ? withCandidates(weighed.artifacts, input) : weighed.artifacts,
  };
}

const isPass = ({ outcome }: RuleResult) => outcome === 'passed';
const lacksCompliance = ({ code }: Reason) => code === 'no_compliant_artifact';

type Grounds = { readonly succeeded: boolean; readonly compliant: number; readonly pending: number };

/** What a pass rests on, whatever rules say. */
function groundsOf({ run, weighed }: GateInput): Grounds {
  return {
    succeeded: run.status === 'succeeded',
    compliant: weighed.compliant_artifact_ids.length,
    pending: weighed.pending_artifacts,
  };
}

// The only function that builds a PASS. It checks the conditions again, in case a rule is wrong, by
// the grounds taken before the rules ran: a rule may have changed the input.
function pass(
  { run }: GateInput,
  details: GateDetails,
  results: readonly RuleResult[],
  { succeeded, compliant, pending }: Grounds,
): ReleaseGateResult {
  const isPassed = results.length > 0 && results.every(isPass);
  if (!isPassed || !succeeded || compliant < 1 || pending > 0 || details.reasons.length > 0)
    throw new Error('a pass was asked for without grounds');
  const message = `Release gate passed: ${compliant} compliant artifact(s) found`;
  return { run_id: run.id, passed: true, message, details };
}
