import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

const [CONFIG, INDEX] = ['bb', 'cc'].map((byte) => byte.repeat(32));
const COMMIT = '12ab'.repeat(10);
const read = (value: unknown) => readDocument(Buffer.from(JSON.stringify(value)));
const hostile = [null, 0, '', 'x', '__proto__', [], [[]], {}, [null], [{}], ['x'], { length: 3 }];

describe('a Trivy report', () => {
  const found = (Severity: unknown, FixedVersion?: string) => ({
    VulnerabilityID: 'CVE-2026-1',
    Severity,
    FixedVersion,
  });
  const trivy = (more: object = {}) => ({
    SchemaVersion: 2,
    CreatedAt: '2026-01-31T10:05:00Z',
    ArtifactName: 'registry.example/app:1',
    ArtifactType: 'container_image',
    Results: [{ Target: 'app', Class: 'os-pkgs' }],
    ...more,
  });

  test('counts its vulnerabilities by severity, and those that a version fixes', async () => {
    const Results = [
      { Class: 'os-pkgs', Vulnerabilities: [found('HIGH', '1.2'), found('LOW', ''), found('UNKNOWN')] },
      { Class: 'lang-pkgs', Vulnerabilities: [found('CRITICAL', '2.0')] },
      { Class: 'config', Misconfigurations: [{ Severity: 'HIGH' }] },
    ];
    const reading = await read(trivy({ Results, Trivy: { Version: '0.70.0' } }));
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'vuln-report',
      format: 'trivy-json',
      version: '2',
      tool: { name: 'trivy', version: '0.70.0' },
    });
    expect(reading.facts).toEqual({
      kind: 'vuln-report',
      target: 'registry.example/app:1',
      vulnerabilities: 4,
      by_severity: { high: 1, low: 1, unknown: 1, critical: 1 },
      fixable: 2,
      created: '2026-01-31T10:05:00Z',
    });
    expect(reading.findings).toEqual([]);
  });

  test('of an image is about its configuration and its digest in a registry', async () => {
    const Metadata = {
      ImageID: `sha256:${CONFIG}`,
      DiffIDs: [`sha256:${'dd'.repeat(32)}`],
      RepoDigests: [`registry.example/app@sha256:${INDEX}`],
    };
    expect((await read(trivy({ Metadata }))).subjects).toEqual([
      { name: 'registry.example/app:1', digests: { sha256: CONFIG } },
      { name: 'registry.example/app', digests: { sha256: INDEX } },
    ]);
  });

  test('of a repository is about its commit', async () => {
    const Metadata = { RepoURL: 'https://git.example/app', Commit: COMMIT };
    expect((await read(trivy({ ArtifactType: 'repository', Metadata }))).subjects).toEqual([
      { name: 'https://git.example/app', digests: { gitCommit: COMMIT } },
    ]);
  });

  test('of another schema version is unknown', async () => {
    const reading = await read(trivy({ SchemaVersion: 3 }));
    expect(reading).toMatchObject({
      state: 'read',
      version: '3',
      valid: false,
      findings: [{ code: 'unknown_version' }],
    });
  });

  test('tells how many vulnerabilities an ignore file or a VEX took out, and does not count them', async () => {
    const modified = [
      { Type: 'vulnerability', Status: 'ignored', Finding: found('HIGH') },
      { Type: 'vulnerability', Status: 'not_affected', Finding: found('HIGH') },
      { Type: 'secret', Status: 'ignored' },
    ];
    const Results = [{ Class: 'os-pkgs', Vulnerabilities: [found('LOW')], ExperimentalModifiedFindings: modified }];
    expect((await read(trivy({ Results }))).facts).toMatchObject({ vulnerabilities: 1, suppressed: 2 });
  });

  test('that found nothing may leave out its list of vulnerabilities, or write null for it', async () => {
    for (const Vulnerabilities of [undefined, null, []]) {
      const { facts } = await read(trivy({ Results: [{ Class: 'os-pkgs', Vulnerabilities }] }));
      expect(facts).toMatchObject({ vulnerabilities: 0 });
      expect(facts).not.toHaveProperty('disqualified');
    }
  });

  test('warns where nothing was searched for vulnerabilities', async () => {
    for (const Results of [undefined, null, [], [{ Class: 'config', Misconfigurations: [] }]]) {
      const reading = await read(trivy({ Results }));
      expect(reading).toMatchObject({
        valid: true,
        findings: [{ code: 'no_vulnerability_scan', severity: 'warning' }],
      });
    }
  });

  test('whose results or vulnerabilities are none has faults', async () => {
    expect((await read(trivy({ Results: {} }))).valid).toBe(false);
    expect((await read(trivy({ Results: ['x'] }))).valid).toBe(false);
    expect((await read(trivy({ Results: [{ Class: 'os-pkgs', Vulnerabilities: {} }] }))).valid).toBe(false);
    expect((await read(trivy({ Results: [{ Class: 'os-pkgs', Vulnerabilities: ['x'] }] }))).valid).toBe(false);
  });

  test('is unreadable where its results are no list, and has found nothing where they are left out', async () => {
    for (const Results of [5, 'x', {}, true])
      expect((await read(trivy({ Results }))).findings[0]?.code).toBe('results_malformed');
    for (const Results of [undefined, null, []]) expect((await read(trivy({ Results }))).state).toBe('read');
  });

  test('with anything anywhere is never more than invalid', async () => {
    for (const value of hostile) {
      for (const key of ['SchemaVersion', 'Metadata', 'Trivy', 'CreatedAt'])
        expect((await read(trivy({ [key]: value }))).state).toBe('read');
      expect((await read(trivy({ Results: [{ Class: value, Vulnerabilities: value }] }))).state).toBe('read');
      expect((await read(trivy({ Metadata: { ImageID: value, RepoDigests: value, Commit: value } }))).state).toBe(
        'read',
      );
    }
  });
});
