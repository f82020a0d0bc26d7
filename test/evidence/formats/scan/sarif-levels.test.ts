import { describe, expect, test } from 'vitest';
import { levelsOf } from '../../../../src/evidence/formats/scan/sarif-levels.ts';

describe('the level of a result', () => {
  test.each<[string, object, string]>([
    ['its own', { level: 'none', ruleIndex: 0 }, 'none'],
    ['none for what did not fail', { kind: 'pass', ruleIndex: 0 }, 'none'],
    ['its own before that', { kind: 'review', level: 'error' }, 'error'],
    ['that of the rule at its index', { ruleIndex: 0 }, 'error'],
    ['that of the rule of its id', { ruleId: 'A1' }, 'error'],
    ['that of the rule that its id is under', { ruleId: 'A1/special/case' }, 'error'],
    ['that of the rule that it refers to', { rule: { id: 'A1' } }, 'error'],
    ['that of the rule of its GUID', { rule: { guid: '11111111-1111-4111-8111-111111111111' } }, 'error'],
    ['that of a rule of an extension', { rule: { index: 0, toolComponent: { index: 0 } } }, 'note'],
    ['that of a rule of an extension by name', { rule: { id: 'X1', toolComponent: { name: 'ext' } } }, 'note'],
    ['a warning where its rule says nothing', { ruleId: 'A2' }, 'warning'],
    ['a warning where there is no such rule', { ruleId: 'B1', ruleIndex: 99 }, 'warning'],
    ['that of the invocation', { ruleId: 'A1', provenance: { invocationIndex: 0 } }, 'note'],
    ['that of the rule where the invocation is another', { ruleId: 'A1', provenance: { invocationIndex: 1 } }, 'error'],
  ])('is %s', (_, more, level) => {
    const guid = '11111111-1111-4111-8111-111111111111';
    const tool = {
      driver: { name: 'Scanner', rules: [{ id: 'A1', guid, defaultConfiguration: { level: 'error' } }, { id: 'A2' }] },
      extensions: [{ name: 'ext', rules: [{ id: 'X1', defaultConfiguration: { level: 'note' } }] }],
    };
    const override = { descriptor: { id: 'A1' }, configuration: { level: 'note' } };
    const invocations = [
      { executionSuccessful: true, ruleConfigurationOverrides: [override] },
      { executionSuccessful: true },
    ];
    expect([...levelsOf({ tool, invocations }, [more, {}])]).toEqual([level, 'warning']);
  });

  test('is that of the first of several rules of its id, where no index tells which', () => {
    const rules = ['note', 'error'].map((level) => ({ id: 'A1', defaultConfiguration: { level } }));
    const run = { tool: { driver: { name: 'Scanner', rules } } };
    expect([...levelsOf(run, [{ ruleId: 'A1' }, { ruleId: 'A1', ruleIndex: 1 }])]).toEqual(['note', 'error']);
  });

  test('is a warning where what it is taken from is of any other type', () => {
    for (const value of [null, 0, -1, 'x', '__proto__', [], [[]], {}, { index: '0' }]) {
      const tool = { driver: { rules: [value] }, extensions: value };
      const result = { level: value, kind: value, ruleId: value, ruleIndex: value, rule: value, provenance: value };
      expect([...levelsOf({ tool, invocations: value }, [result])]).toEqual(['warning']);
    }
  });

  test('is found in time for an id of slashes alone', () => {
    const run = { tool: { driver: { rules: [{ id: 'A1', defaultConfiguration: { level: 'error' } }] } } };
    expect([...levelsOf(run, [{ ruleId: `A1${'/'.repeat(1_000_000)}` }])]).toEqual(['warning']);
  });
});
