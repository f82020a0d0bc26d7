// Evaluates every rule, whatever another one says or throws.
import { NOT_EVALUATED } from './gate-reasons.ts';
import { type GateInput, PASSED, type Rule, type RuleResult } from './rule.ts';

/** Called with what a rule threw, which no answer shows. */
export type RuleFailed = (rule: string, error: unknown) => void;

/**
 * One result for each rule, in their order. What a rule throws, and what is no result, is an
 * `error`. A list of no rules is one `error`: nothing was checked.
 */
export function evaluateRules(input: GateInput, rules: readonly Rule[], failed: RuleFailed): RuleResult[] {
  if (rules.length === 0) return [{ outcome: 'error', ...NOT_EVALUATED }];
  const results: RuleResult[] = [];
  for (const rule of rules) results.push(evaluated(rule, input, failed));
  return results;
}

function evaluated(rule: Rule, input: GateInput, failed: RuleFailed): RuleResult {
  try {
    const result = rule.evaluate(input);
    if (result === PASSED || isResult(result)) return result;
    failed(rule.id, new TypeError(`The rule ${rule.id} returned what is no result`));
  } catch (error) {
    failed(rule.id, error);
  }
  return { outcome: 'error', ...NOT_EVALUATED };
}

// The types rule out anything else; a rule that was forgotten to be awaited is a promise all the
// same.
function isResult(result: RuleResult): boolean {
  switch (result?.outcome) {
    case 'passed':
      return true;
    case 'blocked':
    case 'error':
      return [result.code, result.message, result.remediation].every((text) => typeof text === 'string');
    default:
      return false;
  }
}
