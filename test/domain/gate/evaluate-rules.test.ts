import { describe, expect, it } from 'vitest';
import { evaluateRules } from '../../../src/domain/gate/evaluate-rules.ts';
import { NOT_EVALUATED, reason } from '../../../src/domain/gate/gate-reasons.ts';
import { PASSED, type Rule, type RuleResult } from '../../../src/domain/gate/rule.ts';
import { anArtifact, aRun } from '../rows.ts';
import { inputOf } from './judged.ts';

const INPUT = inputOf(aRun(), [anArtifact()]);
const BLOCKED: RuleResult = { outcome: 'blocked', ...reason('no_artifacts', aRun(), 'asserted') };
const ERROR: RuleResult = { outcome: 'error', ...NOT_EVALUATED };
const says = (id: string, result: unknown): Rule => ({ id, evaluate: () => result as RuleResult });
const BOOM = new Error('boom');
const THROWS: Rule = {
  id: 'throws',
  evaluate() {
    throw BOOM;
  },
};

function evaluated(...rules: Rule[]) {
  const failures: [string, unknown][] = [];
  const results = evaluateRules(INPUT, rules, (rule, error) => failures.push([rule, error]));
  return { results, failures };
}

describe('the rules', () => {
  it('all run, in their order, after one blocks and after one throws', () => {
    const { results, failures } = evaluated(says('a', BLOCKED), THROWS, says('b', PASSED), says('c', BLOCKED));
    expect(results).toEqual([BLOCKED, ERROR, PASSED, BLOCKED]);
    expect(failures).toEqual([['throws', BOOM]]);
  });

  it('are given the input as it is', () => {
    const seen: unknown[] = [];
    const rule: Rule = {
      id: 'sees',
      evaluate(input) {
        seen.push(input);
        return PASSED;
      },
    };
    evaluated(rule, rule);
    expect(seen).toEqual([INPUT, INPUT]);
    expect(seen[0]).toBe(INPUT);
  });

  it('say that nothing was evaluated where there are none', () => {
    expect(evaluated()).toEqual({ results: [ERROR], failures: [] });
  });

  it.each([
    [undefined],
    [null],
    [true],
    ['passed'],
    [{}],
    [{ outcome: 'PASSED' }],
    [{ outcome: true }],
    [['passed']],
    [{ outcome: 'blocked' }],
    [{ outcome: 'error', code: 'not_evaluated', message: 1, remediation: '' }],
    [Promise.resolve(PASSED)],
  ])('do not pass by what is no result: %j', (odd) => {
    const { results, failures } = evaluated(says('odd', odd));
    expect(results).toEqual([ERROR]);
    expect(failures).toEqual([['odd', expect.any(TypeError)]]);
  });
});
