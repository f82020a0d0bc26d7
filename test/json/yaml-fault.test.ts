import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { type YamlError, yamlFault } from '../../src/json/yaml-fault.ts';

function faultOf(text: string): string {
  try {
    load(text, { schema: CORE_SCHEMA, maxDepth: 5, maxAliases: 0, maxTotalMergeKeys: 0 });
  } catch (error) {
    return yamlFault(error as YamlError);
  }
  return 'none';
}

describe('what is wrong with a text that is not YAML', () => {
  it.each([
    ['a: 1\na: 2\n', 'a key occurs twice in one mapping, at line 2, column 1'],
    ['[1,\n', 'a list or mapping in brackets is not closed, at line 2, column 1'],
    ['"x', 'a quoted text is not closed, at line 1, column 3'],
    ['a: "x\n', 'a line is indented too little, or a bracket or quote above it is not closed, at line 2, column 1'],
    ['a:\n\tb: 1\n', 'a tab is used for indentation, which YAML does not allow, at line 2, column 1'],
    ['a:\n  - b\n c: 1\n', 'the indentation does not fit the lines above, at line 3, column 2'],
    ['[1 2, "x" 3]', 'a comma is missing or misplaced, at line 1, column 11'],
    ['a: &x 1\nb: *x\n', 'aliases (*name) are not taken, at line 2'],
    ['a: !!js/regexp /x/\n', 'this tag (!name) is not taken, at line 1'],
    ['a: 1\n---\nb: 2\n', 'it holds more than one document'],
    ['', 'it holds no document'],
    ['a: \u0007\n', 'it holds a control character, at line 1'],
    ['a: "\\q"\n', 'a backslash in double quotes does not begin a YAML escape, at line 1'],
    ['a: [[[[[[[1]]]]]]]\n', 'it has too many levels, at line 1'],
    ['a: 1\nb\n', 'a colon is missing after a key, at line 3'],
  ])('is said with its place: %j', (text, fault) => {
    expect(faultOf(text)).toContain(fault);
  });

  it('is said by its place alone where the reason is a new one', () => {
    expect(yamlFault({ reason: 'of a later version', mark: { line: 2, column: 4 } })).toBe(
      'the text is not valid YAML, at line 3, column 5',
    );
    expect(yamlFault(new RangeError('stack') as YamlError)).toBe('the text is not valid YAML');
  });

  it('has words of ours for each reason that the parser of today gives', () => {
    for (const text of [
      '%X\n---\n',
      '%YAML 2\n---\n',
      'a: |0\n x\n',
      '- a\nb: 1\n',
      '? a\n? b: c: d\n',
      '&a &b c\n',
      '!<x y\n',
    ])
      expect(faultOf(text), text).not.toMatch(/scalar|stream|flow|node/);
  });
});
