import { afterAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../src/evidence/read.ts';
import type { Reading } from '../../src/evidence/reading.ts';
import { readingWorkers } from '../../src/evidence/workers.ts';
import { processorMs } from '../processor-time.ts';
import { HOSTILE } from './evidence-bombs.ts';

describe('a hostile document', () => {
  const readers = readingWorkers({ workers: 1 });
  const slow: string[] = [];
  afterAll(async () => {
    await readers.close();
    if (slow.length > 0) process.stdout.write(`hostile documents over 200 ms: ${slow.join(', ')}\n`);
  });

  it.each(Object.entries(HOSTILE))('%s is refused by name, or is opaque', async (name, [code, make]) => {
    const bytes = Buffer.from(make() as string);
    let reading: Reading | undefined;
    const ms = await processorMs(async () => {
      reading = await readDocument(bytes);
    });
    if (ms > 200) slow.push(`${name} ${ms.toFixed(0)}`);
    // A hang, not a slow machine.
    expect(ms).toBeLessThan(10_000);
    expect(reading?.state).toBe(code === null ? 'opaque' : 'unreadable');
    if (code !== null) expect(reading?.findings[0]?.code).toBe(code);
    expect(JSON.stringify(reading).length).toBeLessThan(10_000);
    expect(reading).toEqual(await readers.read(bytes));
  });

  it('changes no prototype', () => {
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
