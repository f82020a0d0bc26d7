// Every real document, read and compared with what the index says of it, and with what can be counted in it without understanding it.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../src/evidence/read.ts';
import type { Reading } from '../../src/evidence/reading.ts';
import { processorMs } from '../processor-time.ts';
import { disagreementTable, withTable } from './evidence-disagreement-table.ts';
import { DISAGREEMENTS } from './evidence-disagreements.ts';
import { bytesOf, countIn, naiveCounts, outcome, VECTORS, type Vector, wanted } from './evidence-vectors.ts';

const GROUPS = [...new Set(VECTORS.map(({ kind, format }) => `${kind} ${format}`))].sort();
const COUNTED = [...new Set(VECTORS.filter((one) => hasCounts(one)).map(({ format }) => format))].sort();

describe.skipIf(VECTORS.length === 0)('a real document', () => {
  const readings = new Map<string, Reading>();
  const slow: string[] = [];
  const readingOf = ({ file }: Vector) => readings.get(file) as Reading;

  beforeAll(async () => {
    for (const vector of VECTORS) {
      const bytes = bytesOf(vector);
      const ms = await processorMs(async () => readings.set(vector.file, await readDocument(bytes)));
      if (ms > 5_000) slow.push(`${vector.file}: ${ms.toFixed(0)} ms`);
    }
  }, 600_000);

  it.each(GROUPS)('of the kind and format %s is what the index says, but for those that are named', (group) => {
    const vectors = VECTORS.filter(({ kind, format }) => `${kind} ${format}` === group);
    const table = (of: (vector: Vector) => unknown) =>
      Object.fromEntries(
        vectors.filter(({ file }) => !Object.hasOwn(DISAGREEMENTS, file)).map((one) => [one.file, of(one)]),
      );
    expect(table((one) => outcome(readingOf(one)))).toEqual(table(wanted));
  });

  it('is named as a disagreement only where it is one', () => {
    const agreeing = VECTORS.filter(({ file }) => Object.hasOwn(DISAGREEMENTS, file)).filter(
      (one) => JSON.stringify(outcome(readingOf(one))) === JSON.stringify(wanted(one)),
    );
    expect(agreeing.map(({ file }) => file)).toEqual([]);
  });

  it('is listed in docs/evidence.md where it is judged otherwise, with totals; `make disagreements` writes them anew', () => {
    const page = readFileSync(new URL('../../docs/evidence.md', import.meta.url), 'utf8');
    expect(withTable(page, disagreementTable())).toBe(page);
  });

  it.each(COUNTED)('of the format %s holds as many as a naive count finds', (format) => {
    const counted = VECTORS.filter((one) => one.format === format && readingOf(one).format === format).flatMap((one) =>
      Object.entries(readingOf(one).state === 'read' ? naiveCounts(one, bytesOf(one)) : {})
        // Another kind of document of the same format has other facts.
        .filter(([name]) => countIn(readingOf(one), name) !== undefined)
        .map(([name, count]) => [`${one.file} ${name}`, countIn(readingOf(one), name), count] as const),
    );
    const expected = counted.map(([name, , count]) => [name, count]);
    expect(counted.map(([name, count]) => [name, count])).toEqual(expected);
    expect(counted.length).toBeGreaterThan(0);
  });

  it('of evidence is never read as holding nothing without a word', () => {
    const silent = VECTORS.filter((one) => {
      const { state, facts, findings } = readingOf(one);
      return state === 'read' && facts?.kind === 'sbom' && facts.components === 0 && findings.length === 0;
    });
    const holding = silent.filter((one) => Object.values(naiveCounts(one, bytesOf(one))).some((count) => count > 0));
    expect(holding.map(({ file }) => file)).toEqual([]);
  });

  it('is read in seconds, and never by a reader that fails', () => {
    expect(slow).toEqual([]);
    const failed = VECTORS.filter((one) => readingOf(one).findings.some(({ code }) => code === 'reader_failed'));
    expect(failed.map(({ file }) => file)).toEqual([]);
  });
});

function hasCounts(vector: Vector): boolean {
  try {
    return Object.keys(naiveCounts(vector, bytesOf(vector))).length > 0;
  } catch {
    return false;
  }
}

if (VECTORS.length === 0) {
  const why =
    process.env.MAESTRO_VECTORS === undefined
      ? 'MAESTRO_VECTORS is not set'
      : `${process.env.MAESTRO_VECTORS}, named by MAESTRO_VECTORS, lacks them`;
  process.stderr.write(`the tests over real evidence were not run: ${why}\n`);
}
