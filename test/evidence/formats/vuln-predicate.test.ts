import { expect, test } from 'vitest';
import { codes, read } from './attested.ts';

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
