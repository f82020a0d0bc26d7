// The compiled server answers as it did when the answers were recorded. `RECORD=1` records them anew.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newDatabase } from '../store/database.ts';
import { stopAll } from './processes.ts';
import { recordAll, serversOn } from './recorded-servers.ts';
import { type Recorded, readRecordings, writeRecordings } from './recordings.ts';

const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'maestro-recordings-'));
  mkdirSync(join(made, 'content'));
  folders.push(made);
  return made;
}

afterAll(async () => {
  await stopAll();
  for (const made of folders) rmSync(made, { recursive: true });
});

/** Both at once, as much of the time is waiting. */
const [onMemory, onPostgresql] = await Promise.all([
  recordAll({ database: null, folder }),
  recordAll({ database: async () => (await newDatabase()).url, folder }),
]);

if (process.env.RECORD) {
  const others = onPostgresql.filter(({ server }) => !serversOn('memory').includes(server));
  writeRecordings([...onMemory, ...others]);
}
const RECORDED = readRecordings();

const keyOf = ({ server, name }: Recorded) => `${server}: ${name}`;
/** As text, so that the order of fields counts, too. */
const textsOf = (all: readonly Recorded[]) => new Map(all.map((one) => [keyOf(one), JSON.stringify(one, null, 1)]));

function expectRecorded(answers: readonly Recorded[], store: 'memory' | 'database'): void {
  const recorded = textsOf(RECORDED.filter(({ server }) => serversOn(store).includes(server)));
  const texts = textsOf(answers);
  expect([...texts.keys()]).toEqual([...recorded.keys()]);
  const changed = [...recorded].filter(([key, text]) => texts.get(key) !== text);
  expect(changed.map(([key]) => texts.get(key))).toEqual(changed.map(([, text]) => text));
}

describe('the recorded answers', () => {
  it('are of 200 requests and more, each with a name of its own', () => {
    expect(RECORDED.length).toBeGreaterThanOrEqual(200);
    expect(new Set(RECORDED.map(keyOf)).size).toBe(RECORDED.length);
  });

  it('are given on the memory store', () => {
    expectRecorded(onMemory, 'memory');
  });

  it('are given on PostgreSQL', () => {
    expectRecorded(onPostgresql, 'database');
  });
});
