// Evaluates every rule, whatever another one says or throws.
import { NOT_EVALUATED, ReasonCode } from './gate-reasons.ts';
import { type GateInput, PASSED, type Rule, type RuleResult } from './rule.ts';

/** Called with what a rule threw, which no answer shows. */
export type RuleFailed = (rule: string, error: unknown) => void;

/**
 * One result for each rule, in their order. What a rule throws, and what is no result, is an
 * `error`. A list of no rules is one `error`: nothing was checked.
 */
export function evaluateRules(input: GateInput, rules: readonly Rule[], failed: RuleFailed): RuleResult[] {
  // A copy: a rule that shortens the list would keep the others from being evaluated.
  const all = [...rules];
  if (all.length === 0) return [ERROR];
  const results: RuleResult[] = [];
  for (const rule of all) results.push(evaluated(rule, input, failed));
  return results;
}

const ERROR: RuleResult = Object.freeze({ outcome: 'error', ...NOT_EVALUATED });

function evaluated(rule: Rule, input: GateInput, failed: RuleFailed): RuleResult {
  try {
    const given: unknown = rule.evaluate(input);
    if (given === PASSED) return PASSED;
    const result = resultIn(given);
    if (result !== null) return result;
    report(rule, new TypeError('It returned what is no result'), failed);
    if (given instanceof Promise) given.catch((error) => report(rule, error, failed));
  } catch (error) {
    report(rule, error, failed);
  }
  return ERROR;
}

// A logger that fails must not prevent the other rules from being evaluated.
function report(rule: Rule | undefined, error: unknown, failed: RuleFailed): void {
  try {
    failed(rule?.id ?? 'without an id', error);
  } catch {}
}

// The types rule out anything else; a rule that was forgotten to be awaited is a promise all the
// same. Each member is read once: what was checked is what counts.
function resultIn(given: unknown): RuleResult | null {
  const { outcome, code, message, remediation } = (given ?? {}) as Readonly<Record<string, unknown>>;
  if (outcome === 'passed') return PASSED;
  if (outcome !== 'blocked' && outcome !== 'error') return null;
  if (typeof message !== 'string' || typeof remediation !== 'string' || !isReasonCode(code)) return null;
  return { outcome, code, message, remediation };
}

function isReasonCode(code: unknown): code is ReasonCode {
  return ReasonCode.options.some((known) => known === code);
}
