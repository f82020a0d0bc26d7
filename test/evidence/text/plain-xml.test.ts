import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/evidence/text/encoding.ts';
import { plainXml } from '../../../src/evidence/text/plain-xml.ts';
import { parseFully, parseXml } from '../../../src/evidence/text/xml.ts';
import type { XmlElement } from '../../../src/evidence/text/xml-element.ts';
import { Unreadable } from '../../../src/evidence/unreadable.ts';
import { type Random, randomly } from '../../system/evidence-mutations.ts';
import { documentOf } from '../documents.ts';

const LIMITS = { maxDepth: 256, maxNodes: 100_000 };

type Outcome = { readonly root: XmlElement } | { readonly code: string; readonly message: string };

function outcomeOf(read: () => XmlElement): Outcome {
  try {
    return { root: read() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** Holds both readers to the same outcome, and returns whether the plain one understood the text. */
function compare(text: string, limits = LIMITS): boolean {
  const fully = outcomeOf(() => parseFully(text, limits));
  const plain = plainXml(text, limits);
  const either = plain === null ? outcomeOf(() => parseXml(text, limits)) : { root: plain };
  // On large trees it is many times faster than `toEqual`, and as strict.
  if (!isDeepStrictEqual(either, fully)) expect(either, JSON.stringify(text.slice(0, 5_000))).toStrictEqual(fully);
  return plain !== null;
}

// What the text below is made of: real forms, and each rule of XML kept and broken.
const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="a.xsd">
  <!-- by a runner --><testsuite name='a &lt;b&gt; "c"' tests="2"\ttime="1,5" >
    <testcase name="one&#10;two &#x1F600;" classname="a.b"/><testcase name="é €\u{1f600}"><failure message="a
b\tc"><![CDATA[at <x> & ]] > y]]></failure>
    <system-out>1 &amp; 2 &#38; ]] &gt; "3"</system-out></testcase >
  </testsuite>
</testsuites>
`;
const BOM = `<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><components>
<component type="library" bom-ref="a"><name>a</name><x:b xmlns:x=" urn:x " x:y="1" y="2"><d xml:lang="en"/><c xmlns=""/></x:b>
</component></components></bom>`;

describe('plainXml', () => {
  it.each([
    ['JUnit', JUNIT],
    ['CycloneDX', BOM],
    ['line ends of Windows', JUNIT.replaceAll('\n', '\r\n')],
    ['a lone carriage return', '<a b="1\r2">3\r4\r</a>\r'],
    ['no declaration', ' <a/> '],
    ['a generated SBOM', documentOf('CycloneDX XML', 20).toString()],
    ['a generated test report', documentOf('JUnit XML', 20).toString()],
    ['names of objects', '<__proto__ constructor="1" __proto__="2"><toString/></__proto__>'],
    ['a namespace of that name', '<a xmlns:__proto__="urn:a"><__proto__:b __proto__:c="1"/></a>'],
    ['a namespace taken back', '<a xmlns="urn:a"><b xmlns=""><c/></b><d/></a>'],
    ['a namespace bound anew', '<x:a xmlns:x="urn:a"><x:b xmlns:x="urn:b"/><x:c/></x:a>'],
  ])('understands %s as saxes does', (_, text) => {
    expect(compare(text)).toBe(true);
  });

  it.each([
    ...['', 'a', '<', '<a', '<a>', '<a></b>', '<a></a', '</a>', '<a/><b/>', '<a/>b', 'b<a/>', '<a/>&#32;', '</>', '<>'],
    ...['<a b="1" b="2"/>', '<a b="1"c="2"/>', '<a b=1/>', '<a b/>', '<a b="<"/>', '<a b="&"/>', '<a / >', '<a b="'],
    ...['<a>&b;</a>', '<a>&#0;</a>', '<a>&#xd800;</a>', '<a>&#xfffe;</a>', '<a>&#x110000;</a>', '<a>&#X41;</a>'],
    ...['<a>&#00000000000065;</a>', '<a>& </a>', '<a>&;</a>', '<a>&#;</a>', '<a>&lt</a>', '<a>&amp;#65;</a>'],
    ...['<a>]]></a>', '<a>]]]]]></a>', '<a b="]]>"/>', '<a>]]&gt;</a>', '<a><![CDATA[]]]></a>', '<a><![CDATA[</a>'],
    ...[
      '<![CDATA[]]><a/>',
      '<a/><![CDATA[ ]]>',
      '<a><![cdata[]]></a>',
      '<a><!b></a>',
      '<!DOCTYPE a><a/>',
      '<a><!DOCTYPE a></a>',
    ],
    ...[
      '<a><!-- -- --></a>',
      '<a><!----></a>',
      '<a><!---></a>',
      '<a><!--></a>',
      '<a><!-- ---></a>',
      '<!--a--><a/><!--b-->',
    ],
    ...[
      '<a:b/>',
      '<a c:d="1"/>',
      '<:a/>',
      '<a:/>',
      '<a:b:c xmlns:a="x"/>',
      '<a:1 xmlns:a="x"/>',
      '<1/>',
      '<-a/>',
      '<a.-1/>',
    ],
    ...[
      '<é/>',
      '<a é="1"/>',
      '<a>\u0001</a>',
      '<a>\ufffe</a>',
      '<a>\ud800</a>',
      '<a>\udc00\ud800</a>',
      '<a>\u0085\u2028</a>',
    ],
    ...[
      '<a xmlns:b=""/>',
      '<a xmlns:b=" "/>',
      '<a xmlns:xml="x"/>',
      '<a xmlns:xmlns="x"/>',
      '<xmlns:a/>',
      '<xml:a/>',
      '<a xml:b="1"/>',
    ],
    ...['<a xmlns:b="http://www.w3.org/XML/1998/namespace"/>', '<a xmlns="http://www.w3.org/2000/xmlns/"/>'],
    ...[
      '<a xmlns:xml="http://www.w3.org/XML/1998/namespace"/>',
      '<a xmlns:b="x" xmlns:b="y"/>',
      '<a xmlns="x" xmlns="y"/>',
    ],
    ...[
      '<a xmlns:b="x" xmlns:c="x" b:d="1" c:d="2"/>',
      '<a xmlns:b="x" xmlns:c="y" b:d="1" c:d="2"/>',
      '<a b:c="1" xmlns:b="x"/>',
    ],
    ...[
      '<?xml version="1.0"?>',
      ' <?xml version="1.0"?><a/>',
      '<?xml version="1.1"?><a>\u0085</a>',
      '<?xml version="1.1"?><a>&#1;</a>',
    ],
    ...[
      '<?xml version="2.0"?><a/>',
      '<?xml?><a/>',
      '<?xml version="1.0" standalone="maybe"?><a/>',
      '<?xml encoding="UTF-8"?><a/>',
    ],
    ...['<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>', '<?xml version="1.0"encoding="UTF-8"?><a/>'],
    ...[
      "<?xml\tversion = '1.0' encoding='é'?><a/>",
      '<?xml version="1.0"?><?xml version="1.0"?><a/>',
      '<?XML version="1.0"?><a/>',
    ],
    ...[
      '\ufeff<a/>',
      '\ufeff\ufeff<a/>',
      '<a/>\ufeff',
      '<a\u00a0b="1"/>',
      '<a b\u00a0="1"/>',
      '<a>\u00a0</a>\u00a0',
      '<?pi?><a/>',
    ],
    ...['<a></a >', '<a></ a>', '<a></a b>', '<a></a/>', '<aa></a>', '<a></aa>', '<a b = "1"\n\t/>', '<a\n></a\n>'],
  ])('never reads %j differently from saxes', (text) => {
    compare(text);
  });

  it('keeps the limits of saxes to the last level, element, attribute and entity', () => {
    const limits = { maxDepth: 20, maxNodes: 100 };
    const nested = (count: number) => '<a>'.repeat(count) + '</a>'.repeat(count);
    const attributes = (count: number) => `<a ${Array.from({ length: count }, (_, at) => `b${at}=""`).join(' ')}/>`;
    const inside = (text: string) => `<a>${text}</a>`;
    for (const [last, over] of [
      [nested(20), nested(21)],
      [`${nested(19).replace('</a>', '<b/></a>')}`, `${nested(20).replace('</a>', '<b/></a>')}`],
      [attributes(100), attributes(101)],
      [inside('<b/>'.repeat(99)), inside('<b/>'.repeat(100))],
      [inside('&lt;'.repeat(99)), inside('&lt;'.repeat(100))],
      [`<a b="${'&lt;'.repeat(99)}"/>`, `<a b="${'&lt;'.repeat(100)}"/>`],
      [inside('<!---->'.repeat(99)), inside('<!---->'.repeat(100))],
      [inside(`<!--${'<&'.repeat(49)}-->`), inside(`<!--${'<&'.repeat(50)}-->`)],
      [inside(`<![CDATA[${'<&</'.repeat(49)}]]>`), inside(`<![CDATA[${'<&</'.repeat(50)}]]>`)],
      [`<?xml version="1.0"?>${inside('<b/>'.repeat(98))}`, `<?xml version="1.0"?>${inside('<b/>'.repeat(99))}`],
    ] as const) {
      expect(compare(last, limits), last).toBe(true);
      expect(compare(over, limits), over).toBe(false);
    }
  });

  it('leaves to saxes what it would take long to look up', () => {
    const bound = (count: number) => Array.from({ length: count }, (_, at) => `xmlns:a${at}="x"`).join(' ');
    expect(compare(`<a ${bound(30)}/>`)).toBe(true);
    expect(compare(`<a ${bound(31)}/>`)).toBe(false);
    expect(compare(`<a ${bound(20)}><b/><b ${bound(10)}/><b ${bound(11)}/></a>`)).toBe(false);
  });

  it('gives what saxes gives for damaged documents, whatever the damage', () => {
    let understood = 0;
    for (const [at, seed] of seeds().entries())
      for (let start = 0; start < 150; start += 1) {
        const random = randomly(at * 1_000 + start);
        if (compare(damaged(seed, random))) understood += 1;
      }
    // Were it none, nothing would have been compared.
    expect(understood).toBeGreaterThan(100);
  });

  const vectors = vectorFiles();
  it.skipIf(vectors.length === 0)('gives what saxes gives for every real document, and for parts of them', () => {
    let understood = 0;
    for (const [at, text] of vectors.entries()) {
      if (compare(text)) understood += 1;
      const random = randomly(at);
      for (let count = 0; count < 4; count += 1) compare(damaged(text.slice(0, 5_000), random));
    }
    expect(understood).toBeGreaterThan(vectors.length * 0.9);
  });
});

function seeds(): string[] {
  const generated = [documentOf('CycloneDX XML', 3), documentOf('JUnit XML', 5)].map(String);
  return [JUNIT, BOM, JUNIT.replaceAll('\n', '\r\n'), ...generated];
}

function vectorFiles(): string[] {
  const folder = join(process.env.MAESTRO_VECTORS ?? '', 'evidence');
  if (process.env.MAESTRO_VECTORS === undefined || !existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  const texts = files.filter((file) => file.endsWith('.xml')).map((file) => decoded(readFileSync(file)));
  return texts.filter((text) => text !== null);
}

function decoded(bytes: Buffer): string | null {
  try {
    return decode(bytes)?.text ?? null;
  } catch {
    return null;
  }
}

const PIECES = [
  ...[
    '<',
    '>',
    '/',
    '&',
    ';',
    '"',
    "'",
    '=',
    '!',
    '?',
    '-',
    '--',
    '-->',
    '<!--',
    ']]>',
    '<![CDATA[',
    '</',
    '/>',
    '<a',
    '<a>',
    '</a>',
  ],
  ...[
    '&lt;',
    '&amp;',
    '&#38;',
    '&#x26;',
    '&b;',
    '&#0;',
    '&#x110000;',
    'xmlns',
    'xmlns:x="y"',
    ' x:y="1"',
    ':',
    'a:',
    ' a="1"',
  ],
  ...[
    '\0',
    '\u0001',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\ufffe',
    '\ud800',
    '\udc00',
    '\u{1f600}',
    'é',
  ],
  ...['<?xml version="1.1"?>', '<?pi?>', '<!DOCTYPE a>', '<!ENTITY', '1', '_', '.', ' ', '   '],
];

function damaged(seed: string, random: Random): string {
  let text = seed;
  for (let count = random.below(3) + 1; count > 0; count -= 1) {
    const [at, length] = [random.below(text.length), random.below(40)];
    const part = text.slice(at, at + length);
    text = random.pick([
      () => text.slice(0, at) + random.pick(PIECES) + text.slice(at),
      () => text.slice(0, at) + random.pick(PIECES) + text.slice(at + 1),
      () => text.slice(0, at) + text.slice(at + random.below(3) + 1),
      () => text.slice(0, at) + text.slice(at + length),
      () => text.slice(0, at) + part + text.slice(at),
      () => text.slice(0, at) + String.fromCharCode(random.below(0x180)) + text.slice(at + 1),
      () => text.slice(0, at) + '<b>'.repeat(length * 10) + text.slice(at),
      () => (part === '' ? text : text.replaceAll(part, random.pick(PIECES))),
      () => (random.below(20) === 0 ? text.slice(0, at) : text.trimEnd()),
    ])();
  }
  return text;
}
