// Reads documents in a process of its own, beside `JSON.parse` of as much, and tells its parent what both took.
import { once } from 'node:events';
import { join } from 'node:path';
import { contentOf, DOCUMENTS, type DocumentName, documentOf } from '../evidence/documents.ts';
import { ROOT } from './server-process.ts';

/** `build`: the folder of the checkout whose `dist` reads; this one where it is left out. */
export type ReadingOrder = { entries: readonly number[]; rounds: number; build?: string };

/** CPU microseconds for one document in each round. `isJson`: whether `JSON.parse` had the very same bytes, or the same in JSON. */
export type ReadingSample = {
  name: DocumentName;
  entries: number;
  bytes: number;
  isJson: boolean;
  parsed: number[];
  read: number[];
};

const PARSES_A_READING = 4;

const [{ entries, rounds, build = ROOT }] = (await once(process, 'message')) as [ReadingOrder];
// What was compiled is what is measured; tsx would add to the functions of the sources.
const { readDocument } = (await import(
  join(build, 'dist/evidence/read.js')
)) as typeof import('../../src/evidence/read.ts');

const samples: ReadingSample[] = [];
for (const name of Object.keys(DOCUMENTS) as DocumentName[])
  for (const count of entries) samples.push(await measure(name, count, Math.max(...entries) / count, rounds));
process.send?.(samples, () => process.disconnect());

// A sample is of `times` documents, so that those of all sizes hold as many entries.
async function measure(name: DocumentName, entries: number, times: number, rounds: number): Promise<ReadingSample> {
  const bytes = documentOf(name, entries);
  const isJson = bytes[0] === '{'.charCodeAt(0);
  const json = isJson ? bytes : Buffer.from(JSON.stringify(contentOf(name, entries)));
  const parse = async () => void JSON.parse(json.toString());
  const read = async () => requireRead(name, entries, await readDocument(bytes));
  const sample: ReadingSample = { name, entries, bytes: bytes.length, isJson, parsed: [], read: [] };
  // The first round lets both be compiled.
  for (let round = 0; round <= rounds; round += 1) {
    const parsed = await cpuMicros(times * PARSES_A_READING, parse);
    const taken = await cpuMicros(times, read);
    if (round === 0) continue;
    sample.parsed.push(parsed);
    sample.read.push(taken);
  }
  return sample;
}

function requireRead(
  name: DocumentName,
  entries: number,
  { state, valid, facts }: Awaited<ReturnType<typeof readDocument>>,
): void {
  const { counted } = DOCUMENTS[name];
  const found = Object(facts)[counted];
  if (state !== 'read' || !valid || found !== entries) throw new Error(`${name}: ${state}, ${found} ${counted}`);
}

async function cpuMicros(times: number, act: () => Promise<void>): Promise<number> {
  // What one leaves behind is not for the other to take away.
  globalThis.gc?.();
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
