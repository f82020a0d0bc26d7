import { describe, expect, it } from 'vitest';
import { requireContent, requireWhole } from '../../src/json/whole-file.ts';

describe('a file that restricts', () => {
  it.each(['', ' \n', '# only a comment', '---\n# the same\n', '\ufeff'])('is refused where it is %j', (text) => {
    expect(() => requireContent(text, 'to allow nobody, write {}')).toThrow(
      'it is empty: it may have been cut off; to allow nobody, write {}',
    );
  });

  it('is whole where it begins with its version and ends with the end marker, or is in braces', () => {
    for (const text of [
      'version: 1\n...\n',
      '# x\n---\nversion: 1\n... # end\n',
      '{"version":1}',
      '\ufeffversion: 1\n...',
    ])
      requireWhole(text, 1);
    requireWhole('grants: []\n', undefined);
  });

  it.each(['version: 1\n', 'version: 1\ngrants: []\n..\n', 'version: 1\n...\ngrants: []\n'])(
    'may have been cut off where it is %j',
    (text) => {
      expect(() => requireWhole(text, 1)).toThrow('it does not end with the line "...": it may have been cut off');
    },
  );

  it('is refused where its version is not the first field', () => {
    expect(() => requireWhole('grants: []\nversion: 1\n...\n', 1)).toThrow('version must be the first field');
  });
});
