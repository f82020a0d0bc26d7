import { describe, expect, it } from 'vitest';
import type { FactsOf } from '../../../../src/domain/evidence/evidence-facts.ts';
import { earnedFlag } from '../../../../src/domain/gate/document-flag.ts';
import { spdx2 } from '../sbom/spdx-documents.ts';
import { codes, envelope, handedOver, OTHER_SHA256, read, SBOM, SHA256, statement, statementIn } from './attested.ts';

const SYFT = {
  artifacts: [
    {
      id: 'a',
      name: 'a',
      version: '1',
      type: 'npm',
      foundBy: 'x',
      locations: [],
      licenses: [],
      language: '',
      cpes: [],
      purl: '',
    },
  ],
  artifactRelationships: [],
  source: { id: 's', name: 'acme', version: '1', type: 'image', metadata: {} },
  distro: {},
  descriptor: { name: 'syft', version: '1.33.0' },
  schema: { version: '16.0.36', url: 'https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema.json' },
};
const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex/1',
  author: 'Acme',
  timestamp: '2026-01-31T10:05:00Z',
  version: 1,
  statements: [{ vulnerability: { name: 'CVE-2026-1' }, products: [{ '@id': 'pkg:npm/app@1.0.0' }], status: 'fixed' }],
};
const SCAN = {
  scanner: { uri: 'https://scanner.example', version: '7', result: [{ id: 'A', severity: [{ score: 'High' }] }] },
  metadata: { scanStartedOn: '2026-01-31T10:00:00Z', scanFinishedOn: '2026-01-31T10:05:00Z' },
};
const SPDX3 = {
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    {
      type: 'CreationInfo',
      '@id': '_:info',
      specVersion: '3.0.1',
      created: '2026-01-31T10:05:00Z',
      createdBy: ['https://acme.example/1#acme'],
    },
    { type: 'Organization', spdxId: 'https://acme.example/1#acme', creationInfo: '_:info', name: 'Acme' },
    { type: 'software_Package', spdxId: 'https://acme.example/1#a', creationInfo: '_:info', name: 'a' },
    { type: 'software_Package', spdxId: 'https://acme.example/1#b', creationInfo: '_:info', name: 'b' },
  ],
};
const TESTS = { result: 'PASSED', configuration: [{ name: 'ci.yml' }], passedTests: ['a', 'b'] };

const BOM = 'https://cyclonedx.org/bom';
const attested = (predicateType: string, predicate: unknown) => statement({ predicateType, predicate });

async function factsIn(predicateType: string, predicate: unknown): Promise<FactsOf<'attestation'>> {
  const { state, kind, facts } = await read(attested(predicateType, predicate));
  expect([state, kind]).toEqual(['read', 'attestation']);
  return facts as FactsOf<'attestation'>;
}

describe('a predicate that is a document of its own', () => {
  it.each([
    [BOM, SBOM, 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    [`${BOM}/v1.6`, SBOM, 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    ['https://cyclonedx.org/schema', SBOM, 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    ['https://cyclonedx.org/schema/1.4', SBOM, 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    [`${BOM}/1.4`, SBOM, 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    ['https://spdx.dev/Document', spdx2(), 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    ['https://spdx.dev/Document/v2.3', spdx2(), 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    ['https://spdx.dev/Document/v3.0.1', SPDX3, 'sbom', { components: 2 }, null],
    ['https://syft.dev/bom', SYFT, 'sbom', { components: 1 }, { name: 'syft', version: '1.33.0' }],
    ['https://openvex.dev/ns', VEX, 'vex', { statements: 1, author: 'Acme' }, null],
    ['https://openvex.dev/ns/v0.2.0', { ...VEX, tooling: 'vexctl' }, 'vex', {}, { name: 'vexctl', version: null }],
    ...[
      'https://in-toto.io/attestation/vulns',
      'https://in-toto.io/attestation/vulns/v0.1',
      'cosign.sigstore.dev/attestation/vuln/v1',
      'https://cosign.sigstore.dev/attestation/vuln/v1',
    ].map((type) => [
      type,
      SCAN,
      'vuln-report',
      { vulnerabilities: 1, by_severity: { high: 1 }, target: 'app.tgz' },
      { name: 'https://scanner.example', version: '7' },
    ]),
    ['https://in-toto.io/attestation/test-result/v0.1', TESTS, 'test-report', { tests: 2, passed: 2 }, null],
    ['https://in-toto.io/attestation/test-result', TESTS, 'test-report', { tests: 2, failed: 0 }, null],
  ] as [string, unknown, string, object, unknown][])(
    'of the type %s is read',
    async (type, predicate, kind, facts, tool) => {
      const reading = await read(attested(type, predicate));
      expect(codes(reading).filter((one) => one.startsWith('error'))).toEqual([]);
      expect(reading).toMatchObject({
        state: 'read',
        kind: 'attestation',
        tool,
        facts: { kind: 'attestation', predicate_type: type, subjects: 1, statements: 1, predicate: { kind, ...facts } },
      });
      // It is about what the statement is about, and nothing that the predicate names.
      expect(reading.subjects).toEqual([{ name: 'app.tgz', digests: { sha256: SHA256 } }]);
    },
  );

  it.each([
    [BOM, { ...SBOM, specVersion: '9.9' }, 'unknown_version'],
    [BOM, { ...SBOM, components: [{}] }, 'nothing_named'],
    ['https://spdx.dev/Document', spdx2({ spdxVersion: 'SPDX-9.9' }), 'unknown_version'],
    ['https://spdx.dev/Document', { ...SPDX3, '@context': 'https://spdx.org/rdf/9.9.9/x' }, 'unknown_version'],
    ['https://syft.dev/bom', { ...SYFT, schema: { version: '99.0.0' } }, 'unknown_version'],
  ])('of the type %s that earns nothing alone earns nothing there either', async (type, predicate, disqualified) => {
    const reading = await read(attested(type, predicate));
    expect(reading.facts).toMatchObject({ predicate: { kind: 'sbom', disqualified } });
    expect(earnedFlag(reading, reading.tool)).toBeNull();
  });

  it.each([
    `${BOM}x`,
    'https://cyclonedx.org/schemas',
    `${BOM}/`,
    `${BOM}/v`,
    `${BOM}/v1.6/more`,
    `${BOM}\n`,
    `https://evil.example/${BOM}`,
    'http://cyclonedx.org/bom',
    'https://cyclonedx_org/bom',
    'https://CycloneDX.org/bom',
    'cyclonedx.org/bom',
    'https://acme.example/x',
  ])('of the type %j is not read', async (type) => {
    expect((await factsIn(type, SBOM)).predicate).toBeNull();
  });

  it.each([
    [BOM, VEX],
    [BOM, { components: [{ type: 'library', name: 'a' }] }],
    [BOM, [SBOM]],
    [BOM, JSON.stringify(SBOM)],
    [BOM, null],
    [BOM, undefined],
    ['https://spdx.dev/Document', SBOM],
    ['https://syft.dev/bom', SBOM],
    ['https://openvex.dev/ns', SBOM],
    ['https://in-toto.io/attestation/vulns', SBOM],
    ['cosign.sigstore.dev/attestation/vuln/v1', { scanner: { uri: 'x' } }],
  ])('is not read, and is an error, where it is not what its type %s says', async (type, predicate) => {
    const reading = await read(attested(type, predicate));
    expect(reading.facts).toMatchObject({ kind: 'attestation', predicate: null });
    expect(reading.valid).toBe(false);
    expect(codes(reading)).toContain('error predicate_unknown');
  });

  it('has its findings among those of the document, where it lies', async () => {
    const odd = { ...SBOM, components: [{ type: 'poem', name: 'a' }] };
    const { valid, findings } = await read(attested(BOM, odd));
    expect(valid).toBe(false);
    expect(findings.map(({ pointer }) => pointer)).toContain('/predicate/components/0/type');
    const enveloped = await read(envelope(attested(BOM, odd)));
    expect(enveloped.findings[0]?.pointer).toBe('/payload');
    expect(enveloped.findings[0]?.message).toContain('(/predicate/components/0/type of the payload)');
  });

  it('is refused with its whole envelope where a field that it takes facts from occurs twice', async () => {
    const text = JSON.stringify(attested(BOM, SBOM));
    const twice = await read(envelope(text.replace('"components":', '"components":[],"components":')));
    expect(twice).toMatchObject({ state: 'unreadable', facts: null });
    expect(codes(twice)).toEqual(['error duplicate_key']);
    expect((await read(text.replace('"bomFormat":', '"bomFormat":"x","bomFormat":'))).state).toBe('unreadable');
  });
});

describe('what a scan in an attestation is of', () => {
  const target = async (subject: unknown) => {
    const { facts } = await read(
      statement({ predicateType: 'https://in-toto.io/attestation/vulns', predicate: SCAN, subject }),
    );
    return ((facts as FactsOf<'attestation'>).predicate as FactsOf<'vuln-report'>).target;
  };

  it('is what the statement is about: its name, or else its digest', async () => {
    expect(await target([{ name: 'image', digest: { sha256: SHA256 } }, { name: 'other' }])).toBe('image');
    expect(await target([{ uri: 'pkg:oci/image', digest: { sha256: SHA256 } }])).toBe('pkg:oci/image');
    expect(await target([{ digest: { sha256: SHA256 } }])).toBe(`sha256:${SHA256}`);
    expect(await target([{ digest: {} }])).toBeNull();
    expect(await target([])).toBeNull();
  });
});

describe('a predicate that cosign wrapped', () => {
  const Timestamp = '2026-01-31T10:05:00Z';
  const text = JSON.stringify(SBOM);

  it.each([
    ['as it is', { Data: SBOM, Timestamp }],
    ['as text', { Data: text, Timestamp }],
    ['as text, laid out', { Data: JSON.stringify(SBOM, null, 2), Timestamp }],
    ['without a time', { Data: text }],
  ])('is read %s', async (_what, predicate) => {
    expect((await factsIn(BOM, predicate)).predicate).toMatchObject({ kind: 'sbom', components: 1 });
    const reading = await read(envelope(attested(BOM, predicate)));
    expect(reading.facts).toMatchObject({ predicate: { kind: 'sbom', components: 1 } });
    expect(reading.tool).toEqual({ name: 'syft', version: '1.33.0' });
  });

  it('is read so of every type', async () => {
    for (const [type, document, kind] of [
      ['https://spdx.dev/Document', spdx2(), 'sbom'],
      ['https://openvex.dev/ns', VEX, 'vex'],
      ['cosign.sigstore.dev/attestation/vuln/v1', SCAN, 'vuln-report'],
    ] as const) {
      for (const Data of [document, JSON.stringify(document)])
        expect((await factsIn(type, { Data, Timestamp })).predicate).toMatchObject({ kind });
    }
  });

  it.each([
    [
      'a field twice that is used',
      text.replace('"components":', '"components":[{"type":"library","name":"x"}],"components":'),
    ],
    ['a field twice that is not', text.replace('"version":1', '"odd":1,"odd":2,"version":1')],
    ['a field twice by an escape', text.replace('"components":', '"compon\\u0065nts":[],"components":')],
    ['no JSON', `${text}}`],
    ['nothing', ''],
    ['text within text', JSON.stringify(text)],
    ['too many levels', '['.repeat(1_000)],
  ])('as text is not read where that holds %s', async (_what, Data) => {
    for (const document of [attested(BOM, { Data, Timestamp }), envelope(attested(BOM, { Data, Timestamp }))]) {
      const reading = await read(document);
      expect(reading).toMatchObject({ state: 'read', kind: 'attestation', facts: { predicate: null }, valid: false });
      expect(codes(reading)).toEqual(['error predicate_unknown']);
    }
  });

  it.each([
    ['something beside it', { Data: SBOM, Timestamp, more: 1 }],
    ['nothing in it', { Timestamp }],
    ['a wrapping in it', { Data: { Data: SBOM, Timestamp }, Timestamp }],
  ])('is not read where there is %s', async (_what, predicate) => {
    expect((await factsIn(BOM, predicate)).predicate).toBeNull();
  });
});

describe('a predicate of SPDX that is text', () => {
  const SPDX = 'https://spdx.dev/Document';
  const Timestamp = '2026-01-31T10:05:00Z';
  const tagValue = [
    ...['SPDXVersion: SPDX-2.3', 'DataLicense: CC0-1.0', 'SPDXID: SPDXRef-DOCUMENT', 'DocumentName: d'],
    ...['DocumentNamespace: https://acme.example/d', 'Creator: Tool: x-1', 'Created: 2026-01-31T10:05:00Z'],
    ...[
      'Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a',
      'PackageName: a',
      'SPDXID: SPDXRef-a',
      'PackageVersion: 1',
    ],
    ...['PackageDownloadLocation: NOASSERTION', 'FilesAnalyzed: false'],
    ...['PackageName: b', 'SPDXID: SPDXRef-b', 'PackageVersion: 2', 'PackageDownloadLocation: NOASSERTION'],
    ...['FilesAnalyzed: false', ''],
  ].join('\n');
  const yaml = Object.entries(spdx2())
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n');

  it.each([
    ['tag-value', tagValue, 1],
    ['tag-value with the line ends of Windows', tagValue.replaceAll('\n', '\r\n'), 1],
    ['tag-value behind a byte-order mark', `\ufeff${tagValue}`, 1],
    ['JSON', JSON.stringify(spdx2()), 1],
    ['YAML', yaml, 1],
  ])('is read with or without what cosign puts around it: %s', async (_what, text, components) => {
    for (const predicate of [text, { Data: text, Timestamp }, { Data: text }]) {
      for (const type of [SPDX, `${SPDX}/v2.3`]) {
        const reading = await read(envelope(attested(type, predicate)));
        expect(reading).toMatchObject({
          state: 'read',
          kind: 'attestation',
          facts: { predicate_type: type, predicate: { kind: 'sbom', components } },
          subjects: [{ name: 'app.tgz' }],
        });
        expect(codes(reading)).toEqual([]);
      }
    }
  });

  it('has its findings in the predicate, with their lines', async () => {
    const { findings } = await read(
      attested(SPDX, { Data: tagValue.replace('DocumentName: d', 'Nonsense: d'), Timestamp }),
    );
    expect(findings).toContainEqual({
      code: 'schema',
      severity: 'error',
      message: 'There is no tag Nonsense (line 4 of the text)',
      pointer: '/predicate',
    });
  });

  it.each([
    ['nothing', ''],
    ['prose', 'This is an SBOM.'],
    ['a field twice', JSON.stringify(spdx2()).replace('"packages":', '"packages":[],"packages":')],
    ['XML', '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>'],
  ])('is not read where it is %s', async (_what, text) => {
    for (const predicate of [text, { Data: text, Timestamp }]) {
      const reading = await read(attested(SPDX, predicate));
      expect(reading).toMatchObject({ state: 'read', facts: { predicate: null }, valid: false });
      expect(codes(reading)).toEqual(['error predicate_unknown']);
    }
  });

  it('that cannot be read leaves the statement, which says nothing then', async () => {
    for (const [text, code] of [
      [tagValue.replace('DocumentName: d', 'DocumentName: d\nDocumentName: e'), 'error duplicate_key'],
      [`${yaml}\nname: twice`, 'error duplicate_key'],
    ] as const) {
      const reading = await read(envelope(attested(SPDX, { Data: text, Timestamp })));
      expect(reading).toMatchObject({ state: 'read', kind: 'attestation', facts: { predicate: null }, valid: false });
      expect(codes(reading)).toContain(code);
    }
  });

  it('is no predicate of another type', async () => {
    for (const type of [BOM, 'https://syft.dev/bom', 'https://openvex.dev/ns']) {
      for (const predicate of [tagValue, { Data: tagValue, Timestamp }])
        expect((await factsIn(type, predicate)).predicate).toBeNull();
    }
  });
});

describe('what the verifier is told of such a predicate', () => {
  it('is its facts, its tool, and what the statement is about', async () => {
    const { signed } = await handedOver(envelope(attested(BOM, SBOM)));
    expect(statementIn(signed[0])).toMatchObject({
      kind: 'attestation',
      predicate_type: BOM,
      predicate: SBOM,
      facts: {
        kind: 'attestation',
        predicate_type: BOM,
        subjects: 1,
        statements: 1,
        predicate: { kind: 'sbom', components: 1 },
      },
      tool: { name: 'syft', version: '1.33.0' },
      subjects: [{ name: 'app.tgz', digests: { sha256: SHA256 } }],
      subjects_total: 1,
      ambiguous: false,
    });
  });

  it('is of each statement its own, where a document holds several', async () => {
    const subject = [{ name: 'other', digest: { sha256: OTHER_SHA256 } }];
    const text = [attested(BOM, SBOM), { ...attested('https://openvex.dev/ns', VEX), subject }, statement()];
    const { signed } = await handedOver(text.map((one) => JSON.stringify(envelope(one))).join('\n'));
    expect(signed.map((one) => statementIn(one).facts)).toMatchObject([
      { kind: 'attestation', statements: 1, predicate: { kind: 'sbom' } },
      { kind: 'attestation', statements: 1, predicate: { kind: 'vex' } },
      { kind: 'provenance' },
    ]);
    expect(signed.map((one) => statementIn(one).subjects.map(({ name }) => name))).toEqual([
      ['app.tgz'],
      ['other'],
      ['app.tgz'],
    ]);
    expect(signed.map((one) => statementIn(one).tool?.name)).toEqual(['syft', undefined, undefined]);
  });
});
