import { describe, expect, it } from 'vitest';
import { NAMESPACES, newElement, openTag, type Scan } from '../../../src/evidence/text/plain-xml-tag.ts';

const scanOf = (text: string): Scan => ({
  ...{ text, at: 0, marks: 0, attributes: 0, name: '', scope: NAMESPACES, closed: false },
});

describe('openTag', () => {
  it('gives the element and ends behind its tag', () => {
    const scan = scanOf('<x:a xmlns:x="urn:x" b=\'1 &lt; "2"\' x:c = "d\te"/>text');
    expect(openTag(scan)).toEqual({
      ...newElement(),
      name: 'a',
      namespace: 'urn:x',
      attributes: new Map([
        ['xmlns:x', 'urn:x'],
        ['b', '1 < "2"'],
        ['x:c', 'd e'],
      ]),
    });
    expect(scan.text.slice(scan.at)).toBe('text');
    expect(scan).toMatchObject({ name: 'x:a', closed: true, attributes: 3, marks: 2 });
  });

  it.each([
    ...[
      '<',
      '<>',
      '< a>',
      '<a',
      '<a b',
      '<a b=',
      '<a b=1>',
      '<a b="1',
      '<a b="<">',
      '<a b="&c;">',
      '<a/ >',
      '<a b="1"c="2">',
    ],
    ...['<a b="1" b="2">', '<x:a>', '<a x:b="1">', '<a xmlns:x="">', '<a xmlns:xml="u">', '<a xml:b="1" xml:c="2">'],
  ])('leaves %s to saxes', (text) => {
    expect(openTag(scanOf(text))).toBeNull();
  });
});
