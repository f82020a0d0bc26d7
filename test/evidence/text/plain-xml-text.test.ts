import { describe, expect, it } from 'vitest';
import { endOfName, marksIn, skipSpaces, unescaped } from '../../../src/evidence/text/plain-xml-text.ts';

describe('endOfName', () => {
  it.each(['a', '_', 'a.b-c_1', 'a:b', 'a:1'])('finds the end of %s', (name) => {
    for (const after of ['', '>', ' ', '=', '/', 'é'])
      expect(endOfName(`<${name}${after}`, 1), after).toBe(1 + name.length);
  });

  it.each(['', '1', '-a', '.', ':a', 'a:', 'a:b:c', '>', 'é'])('finds no name in %j', (text) => {
    expect(endOfName(`<${text}`, 1)).toBe(1);
  });
});

describe('skipSpaces', () => {
  it('stops at what is white space in other languages only, and at the end', () => {
    expect(skipSpaces('a \t\n b', 1)).toBe(5);
    expect(skipSpaces('a \u00a0', 1)).toBe(2);
    expect(skipSpaces('a  ', 1)).toBe(3);
  });
});

describe('marksIn', () => {
  it('counts what begins a tag, a comment or an entity, and no closing tag', () => {
    const text = '<a b="&lt;"><!-- & --></a>';
    expect(marksIn(text, 0, text.length)).toBe(4);
    expect(marksIn(text, 1, 8)).toBe(1);
  });
});

describe('unescaped', () => {
  it('replaces the five entities and characters by their number, once', () => {
    expect(unescaped('&lt;&gt;&amp;&quot;&apos; &#65;&#x41;&#x1f600;&amp;lt;&#38;lt;')).toBe(
      '<>&"\' AA\u{1f600}&lt;&lt;',
    );
  });

  it.each([
    '&',
    '&;',
    '&nbsp;',
    '&lt',
    '& lt;',
    '&LT;',
    '&#;',
    '&#x;',
    '&#X41;',
    '&#0;',
    '&#xd800;',
    '&#xffff;',
    '&#x110000;',
  ])('knows nothing of %s', (text) => {
    expect(unescaped(`a &lt; ${text} b`)).toBeNull();
  });
});
