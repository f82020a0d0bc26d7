// Documents that are empty, of an unknown version, or whose scan failed: they are read, say why, and earn nothing.
import { describe, expect, test } from 'vitest';
import { earnedFlag } from '../../src/domain/gate/document-flag.ts';
import { read, statement } from '../evidence/formats/attestation/attested.ts';

type Facts = { disqualified?: string; vulnerabilities?: number | null; predicate?: Facts | null };

async function judged(document: unknown) {
  const reading = await read(document);
  const facts = reading.facts as Facts | null;
  const said = facts?.predicate ?? facts;
  return {
    state: reading.state,
    why: said?.disqualified,
    vulnerabilities: said?.vulnerabilities,
    earns: reading.state === 'read' ? earnedFlag(reading, reading.tool) : null,
  };
}

const AT = '2026-01-31T10:05:00Z';
const openvex = (more: object) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex/1',
  author: 'Acme',
  timestamp: AT,
  version: 1,
  statements: [{ vulnerability: { name: 'CVE-2026-1' }, products: [{ '@id': 'pkg:npm/app@1' }], status: 'fixed' }],
  ...more,
});
const csaf = (more: object, version = '2.0') => ({
  document: { category: 'csaf_vex', csaf_version: version },
  vulnerabilities: [{ cve: 'CVE-2026-1', product_status: { fixed: ['P'] } }],
  ...more,
});
const sarif = (more: object, runMore: object = {}, version = '2.1.0') => ({
  version,
  runs: [
    {
      tool: { driver: { name: 'Scanner' } },
      versionControlProvenance: [{ repositoryUri: 'https://git.example/app' }],
      results: [],
      ...runMore,
    },
  ],
  ...more,
});
const grype = (more: object) => ({
  matches: [{ vulnerability: { id: 'CVE-2026-1', severity: 'High' }, artifact: { name: 'a' } }],
  source: { type: 'directory', target: '/src' },
  descriptor: { name: 'grype', version: '0.100.0' },
  ...more,
});
const trivy = (more: object) => ({
  SchemaVersion: 2,
  ArtifactName: 'app:1',
  ArtifactType: 'container_image',
  Results: [{ Class: 'os-pkgs', Vulnerabilities: [{ VulnerabilityID: 'CVE-2026-1', Severity: 'HIGH' }] }],
  ...more,
});
const osv = (more: object) => ({
  results: [
    { source: { path: 'go.mod' }, packages: [{ package: { name: 'a' }, vulnerabilities: [{ id: 'GO-2026-1' }] }] },
  ],
  ...more,
});
const scorecard = (checks: unknown) => ({
  date: '2026-01-31',
  repo: { name: 'github.com/acme/app', commit: '12'.repeat(20) },
  scorecard: { version: 'v5.5.0', commit: '12'.repeat(20) },
  score: 5,
  checks,
});
const check = (name: string, score: unknown) => ({ name, score, reason: 'x', details: null, documentation: {} });
const scan = (result: unknown, more: object = {}) => ({
  scanner: { uri: 'https://scanner.example', version: '1', result, ...more },
  metadata: { scanStartedOn: AT, scanFinishedOn: AT },
});
const IN_TOTO = 'https://in-toto.io/attestation/vulns/v0.2';
const COSIGN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const attested = (result: unknown, predicateType = COSIGN) => statement({ predicateType, predicate: scan(result) });

describe('a document that holds what it should', () => {
  test.each<[string, unknown]>([
    ['OpenVEX', openvex({})],
    ['CSAF', csaf({})],
    ['SARIF', sarif({})],
    ['Grype', grype({})],
    ['Grype that found nothing', grype({ matches: [], errors: [], error: null })],
    ['Trivy', trivy({})],
    ['OSV-Scanner', osv({})],
    ['Scorecard', scorecard([check('Fuzzing', -1), check('Code-Review', 0)])],
    ['in-toto', attested([{ id: 'A' }], IN_TOTO)],
    ['in-toto v0.1, as its text has it', attested([{ vulnerability: { id: 'A' } }], IN_TOTO.replace('0.2', '0.1'))],
    ['in-toto that found nothing', attested([], IN_TOTO)],
    ['cosign with Trivy', attested(trivy({}))],
  ])('earns its flag: %s', async (_, document) => {
    expect(await judged(document)).toMatchObject({ why: undefined, earns: 'risk_assessment_present' });
  });
});

describe('a document that is disqualified', () => {
  test.each<[string, string, unknown]>([
    ['unknown_version', 'OpenVEX', openvex({ '@context': 'https://openvex.dev/ns/v9' })],
    ['unknown_version', 'OpenVEX', openvex({ '@context': 'https://openvex.dev/ns/v9', statements: [{}] })],
    ['unknown_version', 'CSAF', csaf({}, '2.1')],
    ['unknown_version', 'SARIF', sarif({}, {}, '2.0.0')],
    ['unknown_version', 'Trivy', trivy({ SchemaVersion: 3 })],
    ['unknown_version', 'in-toto', attested([{ id: 'A' }], 'https://in-toto.io/attestation/vulns/v9.0')],
    ['unknown_version', 'cosign with Trivy', attested(trivy({ SchemaVersion: '2' }))],
    ['unknown_version', 'cosign with SARIF', attested(sarif({}, {}, '1.0.0'))],
    ['nothing_named', 'OpenVEX', openvex({ statements: [{}] })],
    ['nothing_named', 'OpenVEX', openvex({ statements: [{ vulnerability: { name: ' ' }, status: 'fixed' }] })],
    [
      'nothing_named',
      'OpenVEX 0.0.1',
      openvex({ '@context': 'https://openvex.dev/ns', statements: [{ vulnerability: '' }] }),
    ],
    ['nothing_named', 'CSAF', csaf({ vulnerabilities: [{ title: 'x', product_status: { fixed: ['P'] } }] })],
    ['nothing_named', 'CSAF', csaf({ vulnerabilities: [{ ids: [{ system_name: 'Acme' }] }] })],
    ['nothing_named', 'Grype', grype({ matches: [{}] })],
    ['nothing_named', 'Trivy', trivy({ Results: [{ Class: 'os-pkgs', Vulnerabilities: [{}] }] })],
    [
      'nothing_named',
      'OSV-Scanner',
      osv({ results: [{ source: { path: 'x' }, packages: [{ vulnerabilities: [{}] }] }] }),
    ],
    ['nothing_named', 'Scorecard', scorecard([check('', 10)])],
    ['nothing_named', 'Scorecard', scorecard([])],
    ['nothing_named', 'a scan', attested([null, 'x'])],
    ['failed', 'Scorecard', scorecard([check('Code-Review', -1), check('Fuzzing', null)])],
    ['failed', 'SARIF', sarif({}, { invocations: [{ executionSuccessful: false }] })],
    ['failed', 'SARIF', sarif({}, { invocations: [{ executionSuccessful: 'false' }] })],
    ['failed', 'Grype', grype({ error: 'no database' })],
    ['failed', 'Trivy', trivy({ errors: [{ message: 'no database' }] })],
    ['failed', 'OSV-Scanner', osv({ Error: { code: 127 } })],
    ['failed', 'cosign with Grype', attested(grype({ error: 'no database' }))],
    ['failed', 'a scan', statement({ predicateType: COSIGN, predicate: scan([], { error: 'no database' }) })],
  ])('earns nothing and says %s: %s', async (why, _, document) => {
    expect(await judged(document)).toMatchObject({ state: 'read', why, earns: null });
  });

  test.each<[string, unknown]>([
    ['Grype', grype({ matches: null })],
    ['Grype', grype({ matches: {} })],
    ['Grype without matches', grype({ matches: undefined })],
    ['Trivy', trivy({ Results: null })],
    ['Trivy', trivy({ Results: [{ Class: 'os-pkgs', Vulnerabilities: { n: 5 } }] })],
    ['Trivy', trivy({ Results: ['x'] })],
    ['OSV-Scanner', { results: null, experimental_config: {} }],
    ['OSV-Scanner', osv({ results: [...osv({}).results, { source: { path: 'x' }, packages: {} }] })],
    ['OSV-Scanner', osv({ results: [{ source: { path: 'x' }, packages: [{ vulnerabilities: 'many' }] }] })],
    ['a scan without a result', attested(undefined)],
    ['a scan without a result', attested(null)],
    ['a scan with an object', attested({})],
    ['a scan with text', attested('2 vulnerabilities')],
    ['a scan with a number', attested(7)],
    ['a scan with the text of a report', attested(JSON.stringify(trivy({})))],
    ['a scan with Trivy whose results are null', attested(trivy({ Results: null }))],
    ['a scan with Trivy whose results are none', attested(trivy({ Results: 5 }))],
    ['a scan with Grype whose matches are null', attested(grype({ matches: null }))],
    ['a scan with Snyk', attested({ ok: false, vulnerabilities: [{ id: 'SNYK-1', severity: 'high' }] })],
    ['a scan with the old list of Trivy', attested([{ Target: 'app', Vulnerabilities: [{ VulnerabilityID: 'A' }] }])],
    ['a scan within a scan', attested(scan([{ id: 'A' }]))],
    ['a scan with SARIF without results', attested(sarif({}, { results: undefined }))],
    ['a scan with SARIF without runs', attested({ version: '2.1.0', $schema: 'sarif', runs: [] })],
  ])('counts what cannot be read as null and not as none: %s', async (_, document) => {
    expect(await judged(document)).toMatchObject({
      state: 'read',
      why: 'result_unreadable',
      vulnerabilities: null,
      earns: null,
    });
  });

  test.each<[string, unknown]>([
    ['an error', { error: 'no database' }],
    ['errors', { errors: ['no database'] }],
    ['an error and text', { Error: 'x', Results: [] }],
  ])('with the result of a scan that failed has failed, and has no number: %s', async (_, result) => {
    for (const document of [attested(result), attested(result, IN_TOTO), scan(result)])
      expect(await judged(document)).toMatchObject({ why: 'failed', vulnerabilities: null, earns: null });
  });

  test.each<[string, object]>([
    ['are not there', { results: undefined }],
    ['are null', { results: null }],
    ['lie in other files', { externalPropertyFileReferences: { results: [{ location: { uri: 'r.json' } }] } }],
  ])('is SARIF whose results %s', async (_, more) => {
    expect(await judged(sarif({}, more))).toMatchObject({ why: 'result_unreadable', earns: null });
  });

  test('is not SARIF with one run that failed and another that did not, nor with results beside its run', async () => {
    const failed = { ...sarif({}).runs[0], invocations: [{ executionSuccessful: false }] };
    const both = sarif({ runs: [failed, sarif({}).runs[0]] });
    expect(await judged(both)).toMatchObject({ why: undefined, earns: 'risk_assessment_present' });
    const guid = '22222222-2222-4222-8222-222222222222';
    const beside = sarif(
      { inlineExternalProperties: [{ runGuid: guid, results: [] }] },
      { results: undefined, automationDetails: { guid } },
    );
    expect(await judged(beside)).toMatchObject({ why: undefined, earns: 'risk_assessment_present' });
  });

  test('finds the runs whose results lie beside them in linear time', async () => {
    const many = 100_000;
    const runs = Array.from({ length: many }, () => ({ automationDetails: { guid: 'x' } }));
    const inlineExternalProperties = Array.from({ length: many }, () => ({ runGuid: 'y', results: [] }));
    expect(await judged({ version: '2.1.0', $schema: 'sarif', runs, inlineExternalProperties })).toMatchObject({
      why: 'result_unreadable',
    });
  });
});
