// A small document of every format, to be damaged where there are no real ones.

const json = (value: unknown) => JSON.stringify(value, null, 2);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

const DIGEST = { sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' };

const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'app.tgz', digest: DIGEST }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: { workflow: { ref: 'refs/heads/main', repository: 'https://github.com/acme/app' } },
      resolvedDependencies: [
        { uri: 'git+https://github.com/acme/app@refs/heads/main', digest: { gitCommit: 'a'.repeat(40) } },
      ],
    },
    runDetails: {
      builder: { id: 'https://github.com/actions/runner/github-hosted' },
      metadata: { invocationId: 'run-1' },
    },
  },
};

const ENVELOPE = {
  payload: base64(STATEMENT),
  payloadType: 'application/vnd.in-toto+json',
  signatures: [{ keyid: '', sig: 'c2lnbmF0dXJl' }],
};

/** What cosign makes of a text of SPDX. */
const TEXT_ENVELOPE = {
  ...ENVELOPE,
  payload: base64({
    ...STATEMENT,
    predicateType: 'https://spdx.dev/Document',
    predicate: { Data: 'SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nPackageName: left\nSPDXID: SPDXRef-a\n' },
  }),
};

const BUNDLE = {
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: { certificate: { rawBytes: 'MIIB' }, tlogEntries: [] },
  dsseEnvelope: ENVELOPE,
};

export const SEEDS: Record<string, string> = {
  'cyclonedx-json': json({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    version: 1,
    metadata: {
      timestamp: '2026-01-31T10:05:00Z',
      tools: { components: [{ type: 'application', name: 'maker', version: '1.0' }] },
      component: {
        type: 'application',
        name: 'app',
        version: '2.4.1',
        hashes: [{ alg: 'SHA-256', content: DIGEST.sha256 }],
      },
    },
    components: [
      {
        type: 'library',
        'bom-ref': 'a',
        name: 'left',
        version: '1.0',
        purl: 'pkg:npm/left@1.0',
        licenses: [{ license: { id: 'MIT' } }, { expression: 'MIT OR Apache-2.0' }],
        components: [{ type: 'library', name: 'inner' }],
      },
    ],
    dependencies: [{ ref: 'a', dependsOn: ['b'] }],
    vulnerabilities: [{ id: 'CVE-2026-1', analysis: { state: 'not_affected' }, affects: [{ ref: 'a' }] }],
  }),
  'cyclonedx-xml': `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
  <metadata><timestamp>2026-01-31T10:05:00Z</timestamp><component type="application"><name>app</name></component></metadata>
  <components>
    <component type="library" bom-ref="a"><name>left</name><version>1.0</version><hashes><hash alg="SHA-1">aa</hash></hashes>
      <licenses><license><id>MIT</id></license></licenses><purl>pkg:npm/left@1.0</purl></component>
  </components>
  <dependencies><dependency ref="a"><dependency ref="b"/></dependency></dependencies>
</bom>`,
  'spdx-json': json({
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'app',
    dataLicense: 'CC0-1.0',
    documentNamespace: 'https://example.com/app',
    creationInfo: { created: '2026-01-31T10:05:00Z', creators: ['Tool: maker-1.0', 'Organization: Acme'] },
    packages: [
      {
        SPDXID: 'SPDXRef-a',
        name: 'left',
        versionInfo: '1.0',
        downloadLocation: 'NOASSERTION',
        licenseConcluded: 'MIT',
        checksums: [{ algorithm: 'SHA256', checksumValue: DIGEST.sha256 }],
        externalRefs: [
          { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:npm/left@1.0' },
        ],
      },
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-a' },
    ],
  }),
  'spdx-tv': `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: app
Creator: Tool: maker-1.0
Created: 2026-01-31T10:05:00Z
PackageName: left
SPDXID: SPDXRef-a
PackageVersion: 1.0
PackageChecksum: SHA256: ${DIGEST.sha256}
PackageComment: <text>over
lines</text>
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
`,
  'spdx-yaml': `spdxVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
name: app
creationInfo:
  created: 2026-01-31T10:05:00Z
  creators: ["Tool: maker-1.0"]
packages:
  - &a {SPDXID: SPDXRef-a, name: left, versionInfo: "1.0"}
  - *a
`,
  'spdx3-jsonld': json({
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      {
        type: 'CreationInfo',
        '@id': '_:c',
        specVersion: '3.0.1',
        created: '2026-01-31T10:05:00Z',
        createdBy: ['urn:acme'],
      },
      { type: 'SpdxDocument', spdxId: 'urn:doc', creationInfo: '_:c', rootElement: ['urn:sbom'] },
      { type: 'software_Sbom', spdxId: 'urn:sbom', creationInfo: '_:c', rootElement: ['urn:a'], element: ['urn:a'] },
      {
        type: 'software_Package',
        spdxId: 'urn:a',
        name: 'left',
        software_packageVersion: '1.0',
        verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: DIGEST.sha256 }],
      },
      { type: 'Relationship', spdxId: 'urn:r', from: 'urn:a', to: ['urn:a'], relationshipType: 'dependsOn' },
    ],
  }),
  'syft-json': json({
    artifacts: [{ id: 'a', name: 'left', version: '1.0', purl: 'pkg:npm/left@1.0', licenses: [{ value: 'MIT' }] }],
    artifactRelationships: [{ parent: 'a', child: 'b', type: 'contains' }],
    source: {
      type: 'image',
      name: 'app',
      metadata: { manifestDigest: `sha256:${DIGEST.sha256}`, repoDigests: ['app@sha256:aa'] },
    },
    descriptor: { name: 'syft', version: '1.33.0' },
    schema: { version: '16.0.0', url: 'https://example.com/schema.json' },
  }),
  'intoto-statement': json(STATEMENT),
  dsse: json(ENVELOPE),
  'dsse+jsonl': `${JSON.stringify(ENVELOPE)}\n${JSON.stringify(ENVELOPE)}\n`,
  'sigstore-bundle': json(BUNDLE),
  'npm-attestations': json({ attestations: [{ predicateType: 'https://slsa.dev/provenance/v1', bundle: BUNDLE }] }),
  'gcb-provenance': json({
    image_summary: { digest: 'sha256:aa' },
    provenance_summary: { provenance: [{ envelope: ENVELOPE }] },
  }),
  openvex: json({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex',
    author: 'Acme',
    timestamp: '2026-01-31T10:05:00Z',
    version: 1,
    statements: [{ vulnerability: { name: 'CVE-2026-1' }, products: [{ '@id': 'pkg:npm/app@1' }], status: 'fixed' }],
  }),
  csaf: json({
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      title: 'Fixes',
      publisher: { name: 'Acme', category: 'vendor' },
    },
    product_tree: {
      branches: [{ name: 'Acme', category: 'vendor', branches: [{ product: { product_id: 'p', name: 'app' } }] }],
    },
    vulnerabilities: [{ cve: 'CVE-2026-1', product_status: { fixed: ['p'] } }],
  }),
  sarif: json({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'lint', version: '1', rules: [{ id: 'R1', defaultConfiguration: { level: 'error' } }] },
        },
        results: [
          {
            ruleId: 'R1',
            ruleIndex: 0,
            message: { text: 'bad' },
            locations: [{ physicalLocation: { region: { startLine: 1 } } }],
          },
        ],
        versionControlProvenance: [{ repositoryUri: 'https://github.com/acme/app', revisionId: 'a'.repeat(40) }],
      },
    ],
  }),
  'sigstore-bundle+array': json([BUNDLE, ENVELOPE]),
  'dsse+array': json([ENVELOPE, { ...ENVELOPE, payloadType: 'application/vnd.acme+json' }, TEXT_ENVELOPE]),
  'gh-attestation-verify': json([{ attestation: { bundle: BUNDLE }, verificationResult: { statement: STATEMENT } }]),
  'buildx-inspect': json({
    'linux/amd64': {
      SPDX: {
        spdxVersion: 'SPDX-2.3',
        SPDXID: 'SPDXRef-DOCUMENT',
        name: 'app',
        packages: [{ SPDXID: 'SPDXRef-a', name: 'left', versionInfo: '1.0' }],
      },
    },
  }),
  'grype-json': json({
    matches: [
      { vulnerability: { id: 'CVE-2026-1', severity: 'High', fix: { state: 'fixed' } }, artifact: { name: 'left' } },
    ],
    source: { type: 'image', target: { userInput: 'app', manifestDigest: 'sha256:aa', repoDigests: [] } },
    descriptor: { name: 'grype', version: '0.90.0' },
  }),
  'trivy-json': json({
    SchemaVersion: 2,
    ArtifactName: 'app',
    Metadata: { ImageID: 'sha256:aa', RepoDigests: ['app@sha256:aa'] },
    Results: [
      { Target: 'app', Vulnerabilities: [{ VulnerabilityID: 'CVE-2026-1', Severity: 'HIGH', FixedVersion: '2' }] },
    ],
  }),
  'osv-scanner-json': json({
    results: [
      {
        source: { path: 'package-lock.json' },
        packages: [{ package: { name: 'left' }, vulnerabilities: [{ id: 'GHSA-1' }] }],
      },
    ],
  }),
  'scorecard-json': json({
    date: '2026-01-31',
    repo: { name: 'github.com/acme/app', commit: 'a'.repeat(40) },
    scorecard: { version: 'v5.0.0', commit: 'b' },
    score: 7.4,
    checks: [{ name: 'Code-Review', score: 10, reason: 'all', details: null, documentation: { url: 'u', short: 's' } }],
  }),
  'junit-xml': `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" time="1.5"><testsuite name="a" tests="3" failures="1" errors="0" skipped="1" time="1.5">
  <testcase name="x" classname="c" time="0.5"/><testcase name="y"><failure message="no">at z</failure></testcase>
  <testcase name="z"><skipped/></testcase></testsuite></testsuites>`,
  pem: `-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n`,
  text: '# A page\n\nWith [a link](https://example.com) and <p>HTML</p>.\n',
};
