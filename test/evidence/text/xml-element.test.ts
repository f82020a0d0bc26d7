import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../src/evidence/text/xml.ts';
import { child, children, childText } from '../../../src/evidence/text/xml-element.ts';

const LIMITS = { maxDepth: 256, maxNodes: 1_000 };

describe('child, children and childText', () => {
  it('find elements by their local name, and no text that is empty', () => {
    const root = parseXml('<a><b> 1 </b><x:b xmlns:x="urn:x">2</x:b><c> </c></a>', LIMITS);
    expect(children(root, 'b').map(({ text }) => text)).toEqual([' 1 ', '2']);
    expect([childText(root, 'b'), childText(root, 'c'), childText(root, 'd')]).toEqual(['1', null, null]);
    expect([child(root, 'd'), child(undefined, 'd'), children(undefined, 'd').length]).toEqual([
      undefined,
      undefined,
      0,
    ]);
  });
});
