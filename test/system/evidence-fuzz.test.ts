// Documents that are damaged in every way, of every format: reading them never throws, never hangs, and says only what can be kept.
// `FUZZ_SECONDS` is for each format that is read; the mutations are the same every time.
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { EvidenceFacts, EvidenceFinding, Subject, Tool } from '../../src/domain/evidence/evidence-facts.ts';
import { FORMATS } from '../../src/evidence/formats.ts';
import { readDocument } from '../../src/evidence/read.ts';
import type { Reading } from '../../src/evidence/reading.ts';
import { type Mutate, mutations, randomly } from './evidence-mutations.ts';
import { SEEDS } from './evidence-seeds.ts';
import { bytesOf, VECTORS } from './evidence-vectors.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0.2);
const MAX_BYTES = 200_000;

const SEEDS_BY_FORMAT = seedsByFormat();
const READ = new Set(FORMATS.map(({ name }) => name));

describe('a damaged document', () => {
  let [count, slowest, slowestOf] = [0, 0, ''];
  afterAll(() => {
    process.stdout.write(
      `${count} damaged documents were read, the slowest in ${slowest.toFixed(0)} ms: ${slowestOf}\n`,
    );
  });

  const timeout = 60_000 + SECONDS * 2_000;
  it.each([...SEEDS_BY_FORMAT.keys()])(
    'of the format %s is read or refused, and never breaks the reader',
    async (format) => {
      const seeds = SEEDS_BY_FORMAT.get(format) ?? [];
      const end = performance.now() + (READ.has(format) ? SECONDS * 1_000 : 0);
      const random = randomly(format.length + 1);
      for (let turn = 0; turn < 20 || performance.now() < end; turn += 1) {
        const [name, mutate] = random.pick(Object.entries(mutations)) as [string, Mutate];
        const seed = random.pick(seeds);
        const bytes = mutate(seed, random, random.pick(seeds));
        const began = process.cpuUsage();
        const reading = await readDocument(bytes);
        const { user, system } = process.cpuUsage(began);
        const ms = (user + system) / 1_000;
        count += 1;
        if (ms > slowest) [slowest, slowestOf] = [ms, `${format}, ${name}`];
        // A hang, not a slow machine.
        expect(ms).toBeLessThan(10_000);
        try {
          expectKept(reading);
        } catch (error) {
          const packed = gzipSync(bytes).toString('base64').slice(0, 4_000);
          throw new Error(`${format}, ${name}, turn ${turn} (gzip): ${packed}`, { cause: error });
        }
      }
    },
    timeout,
  );
});

function expectKept(reading: Reading): void {
  const { state, facts, subjects, findings, tool, valid } = reading;
  // Whatever a document holds: a reader that fails is a bug of the reader.
  expect(findings.filter(({ code }) => code === 'reader_failed')).toEqual([]);
  const text = JSON.stringify(reading);
  expect(JSON.parse(text)).toEqual(reading);
  expect(textsOf(reading).filter((one) => one.includes('\0') || !one.isWellFormed())).toEqual([]);
  expect(EvidenceFacts.nullable().safeParse(facts).success).toBe(true);
  expect(Subject.array().safeParse(subjects).success).toBe(true);
  expect(Tool.nullable().safeParse(tool).success).toBe(true);
  expect(EvidenceFinding.array().safeParse(findings).success).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(facts))).toBeLessThanOrEqual(32 * 1024);
  expect(Buffer.byteLength(JSON.stringify(findings))).toBeLessThanOrEqual(256 * 1024);
  expect(subjects.length).toBeLessThanOrEqual(Math.min(2_000, reading.subjects_total));
  expect(findings.length).toBeLessThanOrEqual(Math.min(1_000, reading.findings_total));
  expect(state === 'unreadable' ? valid || facts !== null : facts === null).toBe(false);
  if (valid) expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  else expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.entries(value).flat().flatMap(textsOf) : [];
}

function seedsByFormat(): Map<string, Buffer[]> {
  const formats = new Map<string, Buffer[]>();
  const add = (format: string, bytes: Buffer) => {
    if (bytes.length <= MAX_BYTES) formats.set(format, [...(formats.get(format) ?? []), bytes]);
  };
  for (const [format, text] of Object.entries(SEEDS)) add(format, Buffer.from(text));
  for (const vector of VECTORS) if (vector.format !== 'artifact-zip') add(vector.format, bytesOf(vector));
  return formats;
}
