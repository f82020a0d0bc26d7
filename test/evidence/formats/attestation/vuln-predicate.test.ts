import { expect, test } from 'vitest';
import { codes, read, statement } from './attested.ts';

test('a bare predicate of vulnerabilities is a report of them', async () => {
  const result = [
    {
      id: 'A',
      severity: [
        { method: 'nvd', score: 'Medium' },
        { method: 'cvss_score', score: '9.8' },
      ],
    },
    { id: 'B', severity: [{ score: 'CVSS:3.1/AV:N' }] },
    { id: 'C', severity: 'high' },
    { id: 'D', severity: [{ score: 'Moderate' }, { score: 11 }] },
    null,
  ];
  const document = {
    scanner: { uri: 'osv.example', version: '1', result },
    metadata: { scanFinishedOn: '2026-01-31T10:05:00Z' },
  };
  const reading = await read(document);
  expect(reading).toMatchObject({
    kind: 'vuln-report',
    format: 'vuln-predicate',
    version: null,
    tool: { name: 'osv.example', version: '1' },
    valid: true,
  });
  expect(reading.facts).toEqual({
    kind: 'vuln-report',
    target: null,
    vulnerabilities: 5,
    by_severity: { critical: 1, medium: 1, unknown: 3 },
    fixable: 0,
    created: '2026-01-31T10:05:00Z',
  });
  const other = await read({ ...document, scanner: { uri: 'x', result: { Results: [] } } });
  expect(codes(other)).toEqual(['error result_unknown']);
});

const scan = (result: unknown, uri = 'pkg:github/aquasecurity/trivy@0.50.0') => ({
  scanner: { uri, version: '0.50.0', result },
  metadata: { scanStartedOn: '2026-01-31T10:00:00Z', scanFinishedOn: '2026-01-31T10:05:00Z' },
});
const TRIVY = {
  SchemaVersion: 2,
  CreatedAt: '2026-01-31T09:00:00Z',
  ArtifactName: 'alpine:3.10',
  ArtifactType: 'container_image',
  Results: [
    {
      Class: 'os-pkgs',
      Vulnerabilities: [
        { VulnerabilityID: 'CVE-1', Severity: 'CRITICAL', FixedVersion: '2' },
        { VulnerabilityID: 'CVE-2', Severity: 'HIGH' },
      ],
    },
  ],
};
const GRYPE = {
  matches: [{ vulnerability: { id: 'CVE-1', severity: 'Low', fix: { state: 'fixed' } }, artifact: { name: 'a' } }],
  ignoredMatches: [{}, {}],
  source: { type: 'image', target: { userInput: 'app:1' } },
  descriptor: { name: 'grype', version: '0.100.0' },
};
const OSV = {
  results: [
    {
      source: { path: 'go.mod' },
      packages: [{ package: { name: 'a' }, vulnerabilities: [{ id: 'G', database_specific: { severity: 'LOW' } }] }],
    },
  ],
};
const message = { text: 'x' };
const SARIF = {
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'Trivy',
          rules: [
            { id: 'CVE-1', properties: { 'security-severity': '9.8' } },
            { id: 'CVE-2', properties: { 'security-severity': '5.0' } },
            { id: 'CVE-3' },
          ],
        },
      },
      results: [
        { ruleId: 'CVE-1', ruleIndex: 0, message },
        { ruleId: 'CVE-2', message },
        { ruleId: 'CVE-3', message },
        { ruleId: 'CVE-1', message, suppressions: [{ kind: 'external' }] },
        { ruleId: 'CVE-2', message, kind: 'pass' },
      ],
    },
  ],
};

test.each<[string, unknown, object]>([
  ['Trivy', TRIVY, { vulnerabilities: 2, by_severity: { critical: 1, high: 1 }, fixable: 1, target: 'alpine:3.10' }],
  ['Grype', GRYPE, { vulnerabilities: 1, by_severity: { low: 1 }, fixable: 1, suppressed: 2, target: 'app:1' }],
  ['OSV-Scanner', OSV, { vulnerabilities: 1, by_severity: { low: 1 }, target: 'go.mod' }],
  ['SARIF', SARIF, { vulnerabilities: 3, by_severity: { critical: 1, medium: 1, unknown: 1 }, suppressed: 1 }],
])('a predicate with the report of %s holds what the report holds', async (_, result, facts) => {
  const reading = await read(scan(result));
  expect(reading).toMatchObject({
    format: 'vuln-predicate',
    tool: { name: 'pkg:github/aquasecurity/trivy@0.50.0', version: '0.50.0' },
    valid: true,
    findings: [],
    facts: { ...facts, created: '2026-01-31T10:05:00Z' },
  });
});

test('a predicate in a statement is about what the statement is about, whatever its report scanned', async () => {
  const predicateType = 'https://cosign.sigstore.dev/attestation/vuln/v1';
  const reading = await read(statement({ predicateType, predicate: scan(TRIVY, '') }));
  expect(reading).toMatchObject({
    tool: { name: 'trivy' },
    facts: { predicate: { vulnerabilities: 2, target: 'app.tgz' } },
  });
});

test('what is found in a report has its place in the predicate, and a field that occurs twice in it is not passed over', async () => {
  const reading = await read(scan({ ...TRIVY, SchemaVersion: 3 }));
  expect(reading.findings).toMatchObject([{ code: 'unknown_version', pointer: '/scanner/result/SchemaVersion' }]);
  const text = JSON.stringify(scan(TRIVY)).replace('"Results":', '"Results":[],"Results":');
  expect(await read(text)).toMatchObject({ state: 'unreadable', findings: [{ code: 'duplicate_key' }] });
});

test('a predicate without a result warns of it', async () => {
  for (const result of [undefined, null]) expect(codes(await read(scan(result)))).toEqual(['warning result_missing']);
});
