import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

const [MANIFEST, CONFIG, INDEX] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32));
const read = (value: unknown) => readDocument(Buffer.from(JSON.stringify(value)));
const hostile = [null, 0, '', 'x', '__proto__', [], [[]], {}, [null], [{}], ['x'], { length: 3 }];

describe('a Grype report', () => {
  const match = (severity: unknown, state = 'unknown') => ({
    vulnerability: { id: 'CVE-2026-1', severity, fix: { state, versions: [] } },
    artifact: { name: 'openssl' },
  });
  const grype = (more: object = {}) => ({
    matches: [],
    source: { type: 'directory', target: '/src' },
    descriptor: { name: 'grype', version: '0.100.0', timestamp: '2026-01-31T10:05:00Z' },
    ...more,
  });

  test('counts its matches by severity, and those that a version fixes', async () => {
    const matches = [
      match('Critical', 'fixed'),
      match('High'),
      match('Negligible', 'wont-fix'),
      match('Odd'),
      match(5),
    ];
    const reading = await read(grype({ matches }));
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'vuln-report',
      format: 'grype-json',
      version: '0.100.0',
      tool: { name: 'grype', version: '0.100.0' },
      subjects: [{ name: '/src', digests: {} }],
    });
    expect(reading.facts).toEqual({
      kind: 'vuln-report',
      target: '/src',
      vulnerabilities: 5,
      by_severity: { critical: 1, high: 1, negligible: 1, unknown: 2 },
      fixable: 1,
      created: '2026-01-31T10:05:00Z',
    });
  });

  test('of an image is about its manifest, its configuration and its digest in a registry, not about its layers', async () => {
    const target = {
      userInput: 'registry.example/app:1',
      manifestDigest: `sha256:${MANIFEST}`,
      imageID: `sha256:${CONFIG}`,
      repoDigests: [`registry.example/app@sha256:${INDEX}`, `registry.example/app@sha256:${INDEX}`, 'nonsense', 5],
      layers: [{ digest: `sha256:${'dd'.repeat(32)}` }],
    };
    const reading = await read(grype({ source: { type: 'image', target } }));
    expect(reading.subjects).toEqual([
      { name: 'registry.example/app:1', digests: { sha256: MANIFEST } },
      { name: 'registry.example/app:1', digests: { sha256: CONFIG } },
      { name: 'registry.example/app', digests: { sha256: INDEX } },
    ]);
    expect(reading.facts).toMatchObject({ target: 'registry.example/app:1' });
  });

  test('that does not know what it looked at has no target', async () => {
    const reading = await read(grype({ source: { type: 'unknown', target: 'unknown' } }));
    expect(reading).toMatchObject({ subjects: [], facts: { target: null } });
  });

  test('whose matches are none has faults', async () => {
    const none = await read(grype({ matches: {} }));
    expect(none.findings).toMatchObject([{ code: 'schema', severity: 'error', pointer: '/matches' }]);
    const odd = await read(grype({ matches: ['CVE-2026-1'] }));
    expect(odd).toMatchObject({ valid: false, facts: { vulnerabilities: 1, by_severity: { unknown: 1 } } });
  });

  test('with an empty name is known by its matches and its source', async () => {
    const descriptor = { name: '', version: '', timestamp: '2026-01-31T10:05:00Z' };
    const reading = await read(grype({ matches: [match('High')], descriptor }));
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'vuln-report',
      format: 'grype-json',
      version: null,
      tool: { name: 'grype', version: null },
      facts: { vulnerabilities: 1, by_severity: { high: 1 } },
    });
    expect((await read(grype({ descriptor, source: undefined }))).state).toBe('opaque');
    expect((await read(grype({ descriptor: { name: 'syft' } }))).format).not.toBe('grype-json');
  });

  test('tells how many matches a rule left out, and does not count them', async () => {
    const reading = await read(grype({ matches: [match('Low')], ignoredMatches: [match('High'), match('High')] }));
    expect(reading.facts).toMatchObject({ vulnerabilities: 1, by_severity: { low: 1 }, suppressed: 2 });
  });

  test('with anything anywhere is never more than invalid', async () => {
    for (const value of hostile) {
      for (const key of ['matches', 'source']) expect((await read(grype({ [key]: value }))).state).toBe('read');
      for (const key of ['vulnerability', 'artifact'])
        expect((await read(grype({ matches: [{ ...match('Low'), [key]: value }] }))).state).toBe('read');
      const target = { userInput: value, imageID: value, manifestDigest: value, repoDigests: value };
      expect((await read(grype({ source: { type: 'image', target } }))).state).toBe('read');
    }
  });
});
