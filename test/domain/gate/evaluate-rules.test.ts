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
    [{ ...BLOCKED, code: 'of_no_gate' }],
    [Promise.resolve(PASSED)],
  ])('do not pass by what is no result: %j', (odd) => {
    const { results, failures } = evaluated(says('odd', odd));
    expect(results).toEqual([ERROR]);
    expect(failures).toEqual([['odd', expect.any(TypeError)]]);
  });

  it('count by what their result says first, where it says something else later', () => {
    const outcomes = ['blocked', 'passed', 'passed', 'passed'];
    const turning = {
      ...BLOCKED,
      get outcome() {
        return outcomes.shift();
      },
    };
    expect(evaluated(says('turns', turning)).results).toEqual([BLOCKED]);
  });

  it('are an error where the list has a hole, and the others still run', () => {
    const holed = [says('a', PASSED), undefined as unknown as Rule, says('b', BLOCKED)];
    const { results, failures } = evaluated(...holed);
    expect(results).toEqual([PASSED, ERROR, BLOCKED]);
    expect(failures).toEqual([[expect.any(String), expect.any(TypeError)]]);
  });

  it('all run where one of them changes the list', () => {
    const rules: Rule[] = [];
    const empties: Rule = {
      id: 'empties',
      evaluate() {
        rules.length = 0;
        return PASSED;
      },
    };
    rules.push(empties, says('b', BLOCKED));
    expect(evaluateRules(INPUT, rules, () => {})).toEqual([PASSED, BLOCKED]);
  });

  it('leave no rejection behind where one is asynchronous and fails, and report it', async () => {
    const stray: unknown[] = [];
    const listener = (reason: unknown) => void stray.push(reason);
    process.on('unhandledRejection', listener);
    const { results, failures } = evaluated(says('late', Promise.reject(BOOM)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', listener);
    expect(results).toEqual([ERROR]);
    expect(stray).toEqual([]);
    expect(failures).toEqual([
      ['late', expect.any(TypeError)],
      ['late', BOOM],
    ]);
  });

  it('all run where whoever is told of a failure fails', () => {
    const told = () => {
      throw new Error('no log');
    };
    expect(evaluateRules(INPUT, [THROWS, says('odd', null), says('b', BLOCKED)], told)).toEqual([
      ERROR,
      ERROR,
      BLOCKED,
    ]);
  });
});
