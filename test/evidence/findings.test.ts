import { describe, expect, it } from 'vitest';
import { READ, reading } from './one-format.ts';

const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('the findings', () => {
  const finding = (severity: 'error' | 'warning', message = 'm') => ({ code: 'c', severity, message, pointer: null });

  it('are at most 1,000, and all are counted', async () => {
    const result = await reading(READ, '{}', (note) => {
      for (let count = 0; count < 3_000; count += 1) note(finding('error'));
    });
    expect([result.findings.length, result.findings_total, result.valid]).toEqual([1_000, 3_000, false]);
  });

  it('take at most 256 KiB', async () => {
    const result = await reading(READ, '{}', (note) => {
      for (let count = 0; count < 1_000; count += 1)
        note({ code: 'c', severity: 'error', message: '\u0001'.repeat(10_000), pointer: '/x'.repeat(10_000) });
    });
    expect(size(result.findings)).toBeLessThanOrEqual(256 * 1024);
    expect(result.findings.length).toBeGreaterThan(50);
    expect([result.findings[0]?.message.length, result.findings[0]?.pointer?.length]).toEqual([500, 1_024]);
  });

  it('that are errors are seen behind any number of warnings', async () => {
    const result = await reading(READ, '{}', (note) => {
      for (let count = 0; count < 5_000; count += 1) note(finding('warning', 'x'.repeat(500)));
      note(finding('error', 'here'));
    });
    expect(result.findings.at(-1)).toEqual(finding('error', 'here'));
    expect(result.findings_total).toBe(5_001);
  });
});
