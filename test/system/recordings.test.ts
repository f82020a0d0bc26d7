// The compiled server answers as it did when the answers were recorded. `RECORD=1` records them anew.
//
// Only faults provoke the following answers. The cases of test/examples hold them, in process:
// - 302 content: a bucket that gives links.
// - 409 idempotency_key_in_use: a second request while the first with this key is under way.
// - 500 internal_error: a defect.
// - 503 store_unavailable, content_store_unavailable: a database or a place for content that is away.
// - 503 overloaded, handler_timeout: a load that depends on the machine.
// - 503 not_ready: a server that starts or stops.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const keyOf = ({ server, name }: Recorded) => `${server}: ${name}`;
/** As text, so that the order of fields counts, too. */
const textsOf = (all: readonly Recorded[]) => new Map(all.map((one) => [keyOf(one), JSON.stringify(one, null, 1)]));

function expectRecorded(answers: readonly Recorded[], store: 'memory' | 'database'): void {
  const recorded = textsOf(readRecordings().filter(({ server }) => serversOn(store).includes(server)));
  const texts = textsOf(answers);
  expect([...texts.keys()]).toEqual([...recorded.keys()]);
  const changed = [...recorded].filter(([key, text]) => texts.get(key) !== text);
  expect(changed.map(([key]) => texts.get(key))).toEqual(changed.map(([, text]) => text));
}

describe('the recorded answers', () => {
  let onMemory: Recorded[];
  let onPostgresql: Recorded[];
  beforeAll(async () => {
    // Both at once, as much of the time is waiting.
    [onMemory, onPostgresql] = await Promise.all([
      recordAll({ database: null, folder }),
      recordAll({ database: async () => (await newDatabase()).url, folder }),
    ]);
    const others = onPostgresql.filter(({ server }) => !serversOn('memory').includes(server));
    if (process.env.RECORD) writeRecordings([...onMemory, ...others]);
  }, 600_000);

  it('are of 200 requests and more, each with a name of its own', () => {
    const keys = readRecordings().map(keyOf);
    expect(keys.length).toBeGreaterThanOrEqual(200);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are given on the memory store', () => {
    expectRecorded(onMemory, 'memory');
  });

  it('are given on PostgreSQL', () => {
    expectRecorded(onPostgresql, 'database');
  });
});
