import { describe, expect, it } from 'vitest';
import { isIriReference } from '../../../../src/evidence/formats/sbom/iri-reference.ts';
import { xsdFaults } from '../../../../src/evidence/formats/sbom/xsd.ts';

const GOOD = [
  ...['', '#', '?', '//', 'a', './a:b', 'a/b:c', 'a*b', '@', '(x)', '%41', 'git@github.com/x/y', '//a', '///a'],
  ...['http:', 'http://', 'http:///', 'urn:', 'x:?', 'x:#', 'a:b', 'urn:cdx:f08a6ccd/1#b', 'mailto:a@b', 'C:\\x'],
  ...['https://acme.example/c#!/d', 'HTTP://A/', 'https://host:8080', 'http://user:pw@host/', 'http://a//b;x=1'],
  ...['http://[::1]/x', 'http://[v1.a]/', 'http://a/#[x]', 'http://a?b', 'http://a#b', 'file:///C:/x', 'http://a/%20'],
  ...['http://m\u00fcnchen.example/\u00e9?\u00fc#\u00f6', 'http://a/\u{1f600}', 'a b', ' http://a/ '],
  ...['http://a/{x}', 'http://a/<x>', 'http://a/x|y', 'http://a/^`"', '$' + '{project.url}', 'http://$' + '{host}/'],
  ...['git+ssh://git@github.com/a/b.git', 'scm:git:git@github.com:x/y.git', 'scm:git:git://github.com/x'],
];
const BAD = [
  ...['git@host:path', 'git@github.com:aws/aws-sdk.git', 'https://github.com:ethlo/itu', 'git://github.com:a/b'],
  ...['ssh://git@github.com:org/repo.git', 'http://a.b:80:80/', 'http://user@x@host/', '1a:b', ':a'],
  ...['http://a/%zz', 'http://a/%', 'a%4', 'http://[::1/x', 'http://a]/', 'http://a/[x]', 'http://a/?[x]'],
  'http://a/#a#b',
];

describe('an IRI reference', () => {
  it.each(GOOD)('may be "%s"', (text) => expect(isIriReference(text)).toBe(true));

  it.each(BAD)('is not "%s"', (text) => expect(isIriReference(text)).toBe(false));

  it('is what the XML schema takes for an address, but for a port that is empty or huge, which the RFC allows', async () => {
    const schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType>
      <xs:sequence><xs:element name="u" type="xs:anyURI" maxOccurs="unbounded"/></xs:sequence>
    </xs:complexType></xs:element></xs:schema>`;
    const texts = [...GOOD, ...BAD];
    const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const document = `<r>${texts.map((text) => `\n<u>${escaped(text)}</u>`).join('')}</r>`;
    const name = 'iri.xsd';
    const readFile = (file: string) => (file === name ? schema : null);
    const lines = new Set((await xsdFaults(document, { name, key: name, readFile }, 1_000)).map(({ line }) => line));
    expect(texts.filter((_, index) => lines.has(index + 2))).toEqual(BAD);
    expect(['http://a:/x', 'http://a:99999999999/'].filter(isIriReference)).toHaveLength(2);
  });

  it('is told in time that grows with the text', () => {
    for (const one of ['a', '@', ':', '/', '%41', '[', '//', '?#'])
      for (const start of ['', 'http://', 'x:', '//']) isIriReference(`${start}${one.repeat(15_000 / one.length)}%`);
    expect(isIriReference('%'.repeat(20_000))).toBe(true);
  });
});
