import { describe, expect, it } from 'vitest';
import { compileSegments, MAX_TEXT } from '../../src/domain/pattern.ts';

describe('a pattern of segments', () => {
  it.each([
    ['team-*', 'team-payments'],
    ['refs/heads/release-*', 'refs/heads/release-1.2'],
    ['a/*/c', 'a/b/c'],
    ['a*c/d*', 'abc/de'],
    ['plain (text)', 'plain (text)'],
  ])('%s matches %s', (pattern, text) => {
    expect(compileSegments(pattern)(text)).toBe(true);
  });

  it.each([
    ['team-*', 'team-'],
    ['team-*', 'Team-a'],
    ['team-*', 'team-a/b'],
    ['team-*', 'team-a:b'],
    ['team-*', 'team-a@b'],
    ['team-*', 'team-a b'],
    ['team-*', 'team-a\n'],
    ['team-*', 'team-é'],
    ['a/*/c', 'a/../c'],
    ['a/*/c', 'a/./c'],
    ['a.c', 'abc'],
    ['*', ''],
    ['*', 'a'.repeat(MAX_TEXT + 1)],
  ])('%s does not match %j', (pattern, text) => {
    expect(compileSegments(pattern)(text)).toBe(false);
  });

  it('with two * in a segment is refused', () => {
    expect(() => compileSegments('a/b*c*/d')).toThrow('may not have more than one * in a segment');
  });
});
