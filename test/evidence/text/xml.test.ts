import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../src/evidence/text/xml.ts';

const LIMITS = { maxDepth: 256, maxNodes: 1_000 };

describe('parseXml', () => {
  it('gives names and attributes without their prefix, and namespaces', () => {
    const root = parseXml('<x:a xmlns:x="urn:x" xmlns:y="urn:y" b="1" y:c="2"><d>t</d></x:a>', LIMITS);
    expect(root).toMatchObject({ name: 'a', namespace: 'urn:x', text: '' });
    expect(root.attributes.get('b')).toBe('1');
    expect(root.attributes.get('y:c')).toBe('2');
    expect(root.children).toEqual([{ name: 'd', namespace: '', attributes: new Map(), children: [], text: 't' }]);
  });

  it('joins the text and the CDATA directly in an element', () => {
    expect(parseXml('<a>b&amp;<c>d</c><![CDATA[<e>]]>&#x66;</a>', LIMITS).text).toBe('b&<e>f');
  });

  it('keeps elements apart that have nothing in them', () => {
    const [first, second] = parseXml('<a><b/><b><c/></b></a>', LIMITS).children;
    expect([first?.children.length, second?.children.length]).toEqual([0, 1]);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a b="1" b="2"/>',
    '<a/><b/>',
    '<a>&b;</a>',
    '<x:a/>',
    '<a>\u0001</a>',
    '<a b=1/>',
  ])('refuses %s as malformed', (text) => {
    expect(() => parseXml(text, LIMITS)).toThrow(expect.objectContaining({ code: 'xml-malformed' }));
  });

  it('keeps its limits to the last level, element and attribute', () => {
    const attributes = (count: number) => `<a ${Array.from({ length: count }, (_, at) => `b${at}=""`).join(' ')}/>`;
    const nested = (count: number) => '<a>'.repeat(count) + '</a>'.repeat(count);
    for (const text of [nested(256), `<a>${'<b/>'.repeat(999)}</a>`, attributes(1_000)])
      expect(parseXml(text, LIMITS).name).toBe('a');
    expect(() => parseXml(nested(257), LIMITS)).toThrow(expect.objectContaining({ code: 'too_deep' }));
    for (const text of [`<a>${'<b/>'.repeat(1_000)}</a>`, attributes(1_001), `<a>${'&lt;'.repeat(1_000)}</a>`])
      expect(() => parseXml(text, LIMITS)).toThrow(expect.objectContaining({ code: 'too_many_values' }));
  });
});
