// Attestations, VEX, scans and test reports of any size, as the tools write them.
import { COMMIT, CREATED, each, type Generated, name, purl, SHA256, sha256, version } from './document-parts.ts';

const SEVERITIES = ['Critical', 'High', 'Medium', 'Low', 'Negligible'] as const;
const severity = (at: number) => SEVERITIES[at % SEVERITIES.length] as string;
const cve = (at: number) => `CVE-2026-${at + 10_000}`;

const statement = (count: number) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: each(count, (at) => ({ name: `${name(at)}.tgz`, digest: { sha256: sha256(at) } })),
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: { workflow: { ref: 'refs/heads/main', path: '.github/workflows/build.yml' } },
      resolvedDependencies: [{ uri: 'git+https://git.example/app@refs/heads/main', digest: { gitCommit: COMMIT } }],
    },
    runDetails: {
      builder: { id: 'https://github.com/actions/runner/github-hosted' },
      metadata: { invocationId: 'https://git.example/runs/1' },
    },
  },
});

const dsse = (count: number) => ({
  payload: Buffer.from(JSON.stringify(statement(count))).toString('base64'),
  payloadType: 'application/vnd.in-toto+json',
  signatures: [{ keyid: 'key', sig: 'c2ln' }],
});

const openvex = (count: number) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex/1',
  author: 'Acme',
  timestamp: CREATED,
  version: 1,
  statements: each(count, (at) => ({
    vulnerability: { name: cve(at) },
    products: [{ '@id': purl(at), identifiers: { purl: purl(at) }, hashes: { 'sha-256': sha256(at) } }],
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    impact_statement: 'The function that is affected is never called',
  })),
});

const csaf = (count: number) => ({
  document: {
    category: 'csaf_vex',
    csaf_version: '2.0',
    title: 'What affects the payment API',
    publisher: { category: 'vendor', name: 'Acme', namespace: 'https://acme.example' },
    tracking: {
      id: 'ACME-1',
      status: 'final',
      version: '1',
      initial_release_date: CREATED,
      current_release_date: CREATED,
      revision_history: [{ date: CREATED, number: '1', summary: 'First' }],
      generator: { engine: { name: 'Secvisogram', version: '2.5.0' } },
    },
  },
  product_tree: {
    full_product_names: each(count, (at) => ({
      name: name(at),
      product_id: `P${at}`,
      product_identification_helper: { purl: purl(at) },
    })),
  },
  vulnerabilities: each(count, (at) => ({
    cve: cve(at),
    notes: [{ category: 'description', text: `An overflow in ${name(at)} lets callers read what is not theirs` }],
    product_status: { fixed: [`P${at}`] },
    remediations: [{ category: 'vendor_fix', details: `Update to ${version(at)}`, product_ids: [`P${at}`] }],
  })),
});

const sarif = (count: number) => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'Scanner',
          semanticVersion: '3.0.0',
          rules: each(100, (at) => ({ id: `R${at}`, defaultConfiguration: { level: 'error' } })),
        },
      },
      versionControlProvenance: [{ repositoryUri: 'https://git.example/app', revisionId: COMMIT }],
      results: each(count, (at) => ({
        ruleId: `R${at % 100}`,
        ruleIndex: at % 100,
        message: { text: `The value of ${name(at)} reaches a query that is not prepared` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: `src/${name(at)}.ts` },
              region: { startLine: at + 1, startColumn: 3, endColumn: 20 },
            },
          },
        ],
        partialFingerprints: { primaryLocationLineHash: sha256(at) },
      })),
    },
  ],
});

const grype = (count: number) => ({
  matches: each(count, (at) => ({
    vulnerability: {
      id: cve(at),
      dataSource: `https://nvd.example/${cve(at)}`,
      namespace: 'nvd:cpe',
      severity: severity(at),
      urls: [`https://nvd.example/${cve(at)}`],
      description: `An overflow in ${name(at)} lets callers read what is not theirs`,
      fix: { versions: [version(at + 1)], state: 'fixed' },
    },
    relatedVulnerabilities: [],
    matchDetails: [{ type: 'exact-direct-match', matcher: 'javascript-matcher', searchedBy: {}, found: {} }],
    artifact: { id: `package-${at}`, name: name(at), version: version(at), type: 'npm', purl: purl(at) },
  })),
  source: { type: 'directory', target: '/src' },
  distro: {},
  descriptor: { name: 'grype', version: '0.100.0', timestamp: CREATED },
});

const trivy = (count: number) => ({
  SchemaVersion: 2,
  CreatedAt: CREATED,
  ArtifactName: 'registry.example/app:1',
  ArtifactType: 'container_image',
  Metadata: { ImageID: `sha256:${SHA256}` },
  Results: [
    {
      Target: 'package-lock.json',
      Class: 'lang-pkgs',
      Type: 'npm',
      Vulnerabilities: each(count, (at) => ({
        VulnerabilityID: cve(at),
        PkgID: `${name(at)}@${version(at)}`,
        PkgName: name(at),
        PkgIdentifier: { PURL: purl(at) },
        InstalledVersion: version(at),
        FixedVersion: version(at + 1),
        Status: 'fixed',
        Severity: severity(at).replace('Negligible', 'Unknown').toUpperCase(),
        Title: `${name(at)}: an overflow lets callers read what is not theirs`,
        PrimaryURL: `https://nvd.example/${cve(at)}`,
      })),
    },
  ],
});

const osv = (count: number) => ({
  results: [
    {
      source: { path: '/app/package-lock.json', type: 'lockfile' },
      packages: each(count, (at) => ({
        package: { name: name(at), version: version(at), ecosystem: 'npm' },
        vulnerabilities: [
          {
            id: `GHSA-${at}`,
            modified: CREATED,
            aliases: [cve(at)],
            summary: 'An overflow lets callers read what is not theirs',
            database_specific: { severity: 'MODERATE' },
            severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
            affected: [
              {
                package: { name: name(at), ecosystem: 'npm' },
                ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: version(at + 1) }] }],
              },
            ],
          },
        ],
        groups: [{ ids: [`GHSA-${at}`], max_severity: '9.8' }],
      })),
    },
  ],
});

const testCase = (at: number) => ({
  classname: `payment.api.${name(at)}`,
  name: `answers what ${name(at)} is asked`,
  time: '0.012',
});

const junit = (count: number) => ({
  testsuites: { testsuite: [{ name: 'payment', testcase: each(count, testCase) }] },
});

const junitXml = (count: number) => {
  const cases = each(count, testCase).map(
    (one) => `    <testcase classname="${one.classname}" name="${one.name}" time="${one.time}"/>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="payment" tests="${count}" failures="0" errors="0" time="1.5">
${cases.join('')}  </testsuite>
</testsuites>
`;
};

export const REPORTS = {
  'in-toto statement': { format: 'intoto-statement', counted: 'subjects', of: statement },
  DSSE: { format: 'dsse', counted: 'subjects', of: dsse },
  OpenVEX: { format: 'openvex', counted: 'statements', of: openvex },
  CSAF: { format: 'csaf', counted: 'statements', of: csaf },
  SARIF: { format: 'sarif', counted: 'results', of: sarif },
  Grype: { format: 'grype-json', counted: 'vulnerabilities', of: grype },
  Trivy: { format: 'trivy-json', counted: 'vulnerabilities', of: trivy },
  'OSV-Scanner': { format: 'osv-scanner-json', counted: 'vulnerabilities', of: osv },
  'JUnit XML': { format: 'junit-xml', counted: 'tests', of: junit, written: junitXml },
} satisfies Record<string, Generated>;
