import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

const read = (value: unknown) => readDocument(Buffer.from(JSON.stringify(value)));
const hostile = [null, 0, '', 'x', '__proto__', [], [[]], {}, [null], [{}], ['x'], { length: 3 }];

describe('an OSV-Scanner report', () => {
  const found = { name: 'lodash', version: '4.0.0', ecosystem: 'npm' };
  const fixedIn = (name: string, ecosystem: string) => [
    { package: { name, ecosystem }, ranges: [{ events: [{ introduced: '0' }, { fixed: '4.1.0' }] }] },
  ];
  const osv = (vulnerabilities: unknown, groups: unknown = []) => ({
    results: [
      {
        source: { path: '/app/package-lock.json', type: 'lockfile' },
        packages: [{ package: found, vulnerabilities, groups }],
      },
    ],
  });

  test('counts its vulnerabilities by what their database, their vector or the scanner says', async () => {
    const reading = await read(
      osv(
        [
          { id: 'GHSA-1', database_specific: { severity: 'MODERATE' }, affected: fixedIn('lodash', 'npm') },
          { id: 'V-1', severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] },
          { id: 'V-2', affected: fixedIn('another', 'npm') },
          { id: 'V-3', affected: fixedIn('lodash', 'PyPI') },
        ],
        [
          { ids: ['V-2'], max_severity: '7.5' },
          { ids: ['V-3'], max_severity: '' },
        ],
      ),
    );
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'vuln-report',
      format: 'osv-scanner-json',
      version: null,
      subjects: [],
    });
    expect(reading.facts).toEqual({
      kind: 'vuln-report',
      target: '/app/package-lock.json',
      vulnerabilities: 4,
      by_severity: { medium: 1, critical: 1, high: 1, unknown: 1 },
      fixable: 1,
      created: null,
    });
  });

  test('that found nothing is recognised by its configuration', async () => {
    const reading = await read({ results: [], experimental_config: { licenses: {} } });
    expect(reading).toMatchObject({ state: 'read', format: 'osv-scanner-json', facts: { vulnerabilities: 0 } });
  });

  test('that found nothing before version 2 has an empty list and nothing else', async () => {
    const reading = await read({ results: [] });
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'vuln-report',
      format: 'osv-scanner-json',
      facts: { vulnerabilities: 0, target: null },
    });
    expect(await read({ results: [], errors: [], paths: {} })).toMatchObject({ state: 'opaque' });
    expect(await read({ results: null })).toMatchObject({ state: 'opaque' });
  });

  test('is not what has results of another kind', async () => {
    for (const results of [[{ packages: [{ name: 'zlib' }], vulnerabilities: [] }], [5], {}])
      expect((await read({ results })).state).toBe('opaque');
  });

  test('whose packages or vulnerabilities are none has faults', async () => {
    expect((await read(osv({}))).valid).toBe(false);
    expect((await read(osv(['x']))).valid).toBe(false);
    expect((await read({ results: [{ source: {}, packages: ['x'] }] })).valid).toBe(false);
  });

  test('with anything anywhere is never more than invalid', async () => {
    for (const value of hostile) {
      expect((await read(osv(value, value))).state).toBe('read');
      const one = { id: value, severity: value, database_specific: value, affected: value };
      expect((await read(osv([one], [{ ids: value, max_severity: value }]))).state).toBe('read');
      expect((await read(osv([{ id: 'V', affected: [{ package: value, ranges: value }] }]))).state).toBe('read');
    }
  });
});
