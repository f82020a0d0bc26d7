// The compiled server answers as it did when the answers were recorded. `RECORD=1` records them anew.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

/** Statuses that only faults or other settings provoke, of all operations or of one. The cases of test/openapi/examples hold them. */
const NOT_RECORDED: Record<string, string> = {
  401: 'callers of the recorded servers need no credential',
  429: 'the same',
  500: 'internal_error: a defect',
  503: 'store_unavailable, overloaded, handler_timeout, not_ready: something is away, or the load of the machine',
  'getArtifactContent 302': 'a bucket that gives links',
  'createRun 409': 'idempotency_key_in_use: the first request with the key is still under way',
  'createDisclosurePack 409': 'the same',
  'readEvidenceAgain 409': 'run_full: a run that has no room for what was read',
};

type Document = { paths: Record<string, Record<string, { operationId: string; responses: object }>> };

/** Every status of every operation, as the OpenAPI document has them. */
function* documented({ paths }: Document): Generator<{ what: string; status: string; isOf(one: Recorded): boolean }> {
  for (const [path, operations] of Object.entries(paths)) {
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}(\\?.*)?$`);
    for (const [method, { operationId, responses }] of Object.entries(operations)) {
      for (const status of Object.keys(responses)) {
        const isOf = ({ request, status: answered }: Recorded) =>
          String(answered) === status &&
          (request.method ?? 'GET').toLowerCase() === method &&
          pattern.test(request.url);
        yield { what: `${operationId} ${status}`, status, isOf };
      }
    }
  }
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

  it('are of every status of every operation, but for those that only faults provoke', () => {
    const openapi = new URL('../../docs/openapi.json', import.meta.url);
    const all = [...documented(JSON.parse(readFileSync(openapi, 'utf8')))];
    const recorded = readRecordings();
    const missing = all.filter(({ isOf }) => !recorded.some(isOf));
    const unexplained = missing.filter(({ what, status }) => !(what in NOT_RECORDED) && !(status in NOT_RECORDED));
    expect(unexplained.map(({ what }) => what)).toEqual([]);
  });

  it('are given on the memory store', () => {
    expectRecorded(onMemory, 'memory');
  });

  it('are given on PostgreSQL', () => {
    expectRecorded(onPostgresql, 'database');
  });
});
