// Workers whose readers loop, eat memory and die, given as modules of their own in place of the real one.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readDocument } from '../../src/evidence/read.ts';
import type { Readers } from '../../src/evidence/readers.ts';
import { WARM_UP } from '../../src/evidence/workers/warm-up.ts';
import type { ReadingSettings, ReadingWorkers } from '../../src/evidence/workers.ts';
import * as sources from '../../src/evidence/workers.ts';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { SBOM } from './formats/attestation/attested.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const compiled = (file: string) => pathToFileURL(join(ROOT, 'dist', file)).href;

// Workers that load the sources start several times more slowly.
const { readingWorkers } = (await import(compiled('evidence/workers.js'))) as typeof sources;
const FOLDER = mkdtempSync(join(tmpdir(), 'maestro-workers-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Does what the bytes say; reads whatever else with the real reader. */
const hostile = (real: string) =>
  `data:text/javascript,${encodeURIComponent(`
  const { readDocument: read } = await import('${real}');
  const held = [];
  const acts = {
    loop() { for (;;); },
    regex() { /^(a+)+$/.test('a'.repeat(60) + 'b'); },
    async never() { await new Promise(() => {}); },
    memory() { for (;;) held.push(new Array(1000).fill(held.length)); },
    parse() { held.push(JSON.parse('[' + '{},'.repeat(4_000_000) + '{}]')); return read(new Uint8Array()); },
    abort() { process.abort(); },
    segfault() { process.kill(process.pid, 'SIGSEGV'); for (;;); },
    killed() { process.kill(process.pid, 'SIGKILL'); for (;;); },
    exit() { process.exit(0); },
    fail() { process.exit(3); },
    throw() { throw new TypeError('broken'); },
    nothing() { throw undefined; },
    async later() { setTimeout(() => { throw new Error('later'); }); await new Promise(() => {}); },
    async rejection() { Promise.reject(new Error('nobody waits')); await new Promise(() => {}); },
    stack() { const deep = () => deep() + 1; return deep(); },
    function() { return () => {}; },
    async told() { return { findings: held.splice(0) }; },
    async slow() { await new Promise((resolve) => setTimeout(resolve, 300)); return read(new Uint8Array()); },
    secrets() { return { findings: Object.keys(process.env) }; },
  };
  export async function readDocument(bytes, limits) {
    const act = acts[Buffer.from(bytes).toString()];
    if (act === undefined) held.push(Buffer.from(bytes).toString());
    return act === undefined ? read(bytes, limits) : act();
  }
`)}`;

const HOSTILE = hostile(compiled('evidence/read.js'));

/** Takes for ever with `late`, the first time; tells then whether another document is being read, in a folder that all workers see. */
const SLOW_AT_FIRST = `data:text/javascript,${encodeURIComponent(`
  const { mkdirSync, readdirSync, rmdirSync } = await import('node:fs');
  const folder = '${FOLDER}';
  export async function readDocument(bytes) {
    const text = Buffer.from(bytes).toString();
    if (text !== 'late') mkdirSync(folder + '/reading ' + text);
    else if (!readdirSync(folder).includes('late')) {
      mkdirSync(folder + '/late');
      for (;;);
    }
    const beside = readdirSync(folder).filter((name) => name.startsWith('reading')).length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (text !== 'late') rmdirSync(folder + '/reading ' + text);
    return { findings: [beside === 0 ? 'alone' : 'beside ' + beside] };
  }
`)}`;

const opened: Readers[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

function open(settings: Partial<ReadingSettings> = {}): ReadingWorkers {
  const readers = readingWorkers({ workers: 1, ...settings });
  opened.push(readers);
  return readers;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const codesOf = async (readers: Readers, text: string) => {
  const { state, findings } = await readers.read(bytes(text));
  return [state, ...findings.map((one) => one.code)];
};

describe('readingWorkers', () => {
  it('reads as readDocument does', async () => {
    const readers = open();
    for (const text of ['{"a":1}', '', '<a>', '[[[', '%PDF-1.7', '\u001f\u008b']) {
      expect(await readers.read(bytes(text)), text).toEqual(await readDocument(bytes(text)));
    }
  });

  it('takes the digests of a document as they are given', async () => {
    const digests = { sha256: 'ab', sha512: 'cd' };
    const { facts } = await open().read(bytes('a text'), { digests });
    expect(facts).toMatchObject({ kind: 'opaque', size: 6, digests });
  });

  it('reads from the sources, too', async () => {
    const readers = sources.readingWorkers({ workers: 1 });
    opened.push(readers);
    expect(await codesOf(readers, '{}')).toEqual(['opaque']);
  });

  it('leaves the bytes as they are, whether they own their memory or share it', async () => {
    const readers = open();
    const own = new Uint8Array(new ArrayBuffer(300_000)).fill(0x20);
    const shared = new Uint8Array(new ArrayBuffer(20_000), 5_000, 10_000);
    expect([await readers.read(own), await readers.read(shared)].map(({ facts }) => facts)).toEqual([
      expect.objectContaining({ size: 300_000 }),
      expect.objectContaining({ size: 10_000 }),
    ]);
    expect([own.length, shared.length]).toEqual([300_000, 10_000]);
    const pooled = Buffer.from('{"a":1}');
    expect(await readers.read(pooled)).toMatchObject({ format: 'json-other' });
    expect(pooled.toString()).toBe('{"a":1}');
  });

  it('verifies by what is trusted at each reading, where it is said when the bytes came', async () => {
    const verifier = compiled('trust/verify.js');
    let trust = readTrustPolicy(null, '2026-01-31T09:00:00.000Z');
    const readers = open({ verifying: { verifier, trust: () => trust } });
    const text = JSON.stringify({ ...SBOM, signature: {} });
    const verified = async (receivedAt?: string) =>
      (await readers.read(bytes(text), receivedAt === undefined ? {} : { receivedAt })).verification;
    const at = '2026-01-31T10:06:00.000Z';
    const attestations = [{ pointer: '/signature', links: [{ link: 'signature', held: false, code: 'jsf' }] }];
    expect(await verified(at)).toMatchObject({ trust: trust.digest, trust_since: trust.since, attestations });
    trust = readTrustPolicy('key_threshold: 2', '2026-01-31T11:00:00.000Z');
    expect(await verified(at)).toMatchObject({ trust: trust.digest, trust_since: trust.since, attestations });
    expect(await verified()).toBeNull();
    expect((await open().read(bytes(text), { receivedAt: at })).verification).toBeNull();
  });

  it('reads no document where what verifies cannot be loaded: none is read as if nothing were signed', async () => {
    const verifier = 'data:text/javascript,throw new Error("not here")';
    const readers = open({ verifying: { verifier, trust: () => null } });
    await expect(readers.read(bytes('{}'))).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('gives its limits to the reader', async () => {
    const readers = open({ limits: { maxBytes: 1_000, maxDepth: 2, maxNodes: 10 } });
    expect(await codesOf(readers, '[[[1]]]')).toEqual(['unreadable', 'too_deep']);
    expect(await codesOf(readers, '[0,0,0,0,0,0,0,0,0,0]')).toEqual(['unreadable', 'too_many_values']);
    expect(await codesOf(readers, `{"a":"${'x'.repeat(1_000)}"}`)).toEqual(['unreadable', 'too_large']);
  });

  it.each(['loop', 'regex', 'never'])(
    'ends a reader that takes too long (%s), and reads the next document',
    async (act) => {
      const readers = open({ reader: HOSTILE, maxMs: 300 });
      const { state, findings, kind, facts } = await readers.read(bytes(act));
      expect({ state, kind, facts, codes: findings.map(({ code }) => code) }).toEqual({
        state: 'unreadable',
        kind: 'opaque',
        facts: null,
        codes: ['timed_out'],
      });
      expect(findings[0]?.message).toBe(
        'Reading it took longer than 0.3 s, twice, the second time alone; POST /maestro/artifacts/{artifact_id}/evidence reads it again',
      );
      expect(await codesOf(readers, '{}')).toEqual(['opaque']);
    },
  );

  it('reads a document that took too long once more, after what waits and while nothing else is read', async () => {
    const readers = open({ reader: SLOW_AT_FIRST, workers: 2, maxMs: 1_500 });
    const order: string[] = [];
    const read = async (text: string, first = false) => {
      const { findings } = await readers.read(bytes(text), { first });
      order.push(text);
      return findings as unknown as string[];
    };
    const all = ['late', 'short 1', 'short 2', 'short 3'].map((text) => read(text));
    const [late] = await Promise.all(all);
    expect(order.at(-1)).toBe('late');
    expect(late).toEqual(['alone']);
  });

  it.each(['parse', 'abort', 'killed'])(
    'calls what ends a worker as a full heap does out of memory (%s)',
    async (act) => {
      const readers = open({ reader: HOSTILE, maxHeapMb: 64 });
      expect(await codesOf(readers, act)).toEqual(['unreadable', 'out_of_memory']);
      expect(await codesOf(readers, '{}')).toEqual(['opaque']);
    },
  );

  it('reads what is to be read first before what waits', async () => {
    const readers = open({ reader: HOSTILE });
    const order: string[] = [];
    const read = async (name: string, first: boolean) => {
      await readers.read(bytes('slow'), { first });
      order.push(name);
    };
    await Promise.all([read('running', false), read('last', false), read('before it', true)]);
    expect(order).toEqual(['running', 'before it', 'last']);
  });

  it('survives a reader that eats its memory', async () => {
    const readers = open({ reader: HOSTILE, maxHeapMb: 64 });
    expect(await codesOf(readers, 'memory')).toEqual(['unreadable', 'out_of_memory']);
    expect(await codesOf(readers, '{}')).toEqual(['opaque']);
  });

  it.each(['exit', 'fail', 'segfault', 'throw', 'nothing', 'later', 'rejection', 'stack', 'function'])(
    'survives a reader that dies (%s)',
    async (act) => {
      const readers = open({ reader: HOSTILE });
      expect(await codesOf(readers, act)).toEqual(['unreadable', 'reader_failed']);
      expect(await codesOf(readers, '{}')).toEqual(['opaque']);
    },
  );

  it('reads no document where the reader cannot even be loaded, and says nothing of any', async () => {
    const readers = open({ reader: 'data:text/javascript,throw new Error("not here")' });
    for (let time = 0; time < 2; time += 1)
      await expect(readers.read(bytes('{}'))).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('reads other documents while one hangs', async () => {
    const readers = open({ reader: HOSTILE, workers: 2, maxMs: 3_000 });
    let ended = false;
    const hanging = codesOf(readers, 'loop').finally(() => {
      ended = true;
    });
    for (let count = 0; count < 20; count += 1) expect(await codesOf(readers, '{}')).toEqual(['opaque']);
    expect(ended).toBe(false);
    expect(await hanging).toEqual(['unreadable', 'timed_out']);
  });

  it('does not count the time that a document waits for its turn', async () => {
    const readers = open({ reader: HOSTILE, maxMs: 1_000 });
    const all = Array.from({ length: 8 }, () => codesOf(readers, 'slow'));
    expect(new Set((await Promise.all(all)).flat())).toEqual(new Set(['opaque']));
  });

  it('answers in the order of the calls', async () => {
    const readers = open({ reader: HOSTILE });
    const order: string[] = [];
    await Promise.all(['slow', '{}', '[]', 'x'].map((text) => readers.read(bytes(text)).then(() => order.push(text))));
    expect(order).toEqual(['slow', '{}', '[]', 'x']);
  });

  /** What the reader of the test was given since it was asked before. */
  const seen = async (readers: Readers) => (await readers.read(bytes('told'))).findings as unknown as string[];

  it('warms up only when it is told to, and then in the order of its documents', async () => {
    const readers = open({ reader: HOSTILE });
    await readers.read(bytes('{}'));
    expect(await seen(readers)).toEqual(['{}']);
    readers.warmUp();
    const all: string[] = [];
    await expect.poll(async () => all.push(...(await seen(readers))), { timeout: 50_000 }).toBe(WARM_UP.length);
    expect(all).toEqual(WARM_UP);
    expect(await seen(readers)).toEqual([]);
  });

  it('has no document wait for more than the step of the warm-up that is under way', async () => {
    const readers = open({ reader: HOSTILE });
    readers.warmUp();
    const some = ['[1]', '[2]', '[3]'].map((text) => readers.read(bytes(text)));
    const [before] = await Promise.all([seen(readers), ...some]);
    // What comes together is read together, after one step or, where that had ended just then, two.
    expect(before.slice(-3)).toEqual(['[1]', '[2]', '[3]']);
    expect(before.length).toBeLessThanOrEqual(5);
  });

  it('warms the next worker up where one has died', async () => {
    const readers = open({ reader: HOSTILE });
    readers.warmUp();
    expect(await codesOf(readers, 'exit')).toEqual(['unreadable', 'reader_failed']);
    const all: string[] = [];
    const last = async () => {
      all.push(...(await seen(readers)));
      return all.at(-1);
    };
    await expect.poll(last, { timeout: 50_000 }).toBe(WARM_UP.at(-1));
    expect(all.slice(-WARM_UP.length)).toEqual(WARM_UP);
  });

  it('closes at once while it warms up', async () => {
    const readers = open();
    readers.warmUp();
    await readers.close();
    await expect(readers.read(bytes('{}'))).rejects.toMatchObject({ code: 'not_ready' });
  });

  it('keeps the environment from the reader', async () => {
    expect(await open({ reader: HOSTILE }).read(bytes('secrets'))).toEqual({ findings: [] });
  });

  it('closes at once while it reads, and rejects what is read, what waits and what comes', async () => {
    const readers = open({ reader: HOSTILE });
    const all = Promise.allSettled(['loop', '{}', '{}'].map((text) => readers.read(bytes(text))));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await readers.close();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(readers.read(bytes('{}'))).rejects.toMatchObject({ code: 'not_ready' });
    await readers.close();
  });

  it('ends the wait for a document, or the reading of it, where its signal is aborted, and reads the others', async () => {
    const readers = open({ reader: HOSTILE });
    const stop = new AbortController();
    const running = readers.read(bytes('loop'), { signal: stop.signal });
    const waiting = readers.read(bytes('loop'), { signal: stop.signal });
    const other = codesOf(readers, '{}');
    stop.abort(new Error('no longer needed'));
    await expect(running).rejects.toThrow('no longer needed');
    await expect(waiting).rejects.toThrow('no longer needed');
    await expect(readers.read(bytes('{}'), { signal: stop.signal })).rejects.toThrow('no longer needed');
    expect(await other).toEqual(['opaque']);
  });

  it('rejects where no worker can be started in time, which says nothing of the document', async () => {
    const readers = open({
      reader: 'data:text/javascript,await new Promise(() => setInterval(() => {}, 1000))',
      startMs: 50,
    });
    await expect(readers.read(bytes('{}'))).rejects.toThrow('No reader could be started');
  });

  it('closes where it has read nothing', async () => {
    await open().close();
  });

  it('runs compiled, leaves nothing running that was ended, and keeps no process alive', async () => {
    const script = `
      import { readingWorkers } from '${compiled('evidence/workers.js')}';
      const reader = \`${HOSTILE}\`;
      const readers = readingWorkers({ reader, workers: 2, maxMs: 200 });
      const read = async (text) => (await readers.read(Buffer.from(text))).findings[0]?.code ?? 'none';
      const codes = await Promise.all(['loop', 'exit', 'loop', 'regex', '{}', 'never'].map(read));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { user, system } = process.cpuUsage(before);
      console.log(JSON.stringify({ codes, idle: user + system < 500_000 }));
    `;
    const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script], { timeout: 50_000 });
    expect(JSON.parse(stdout)).toEqual({
      codes: ['timed_out', 'reader_failed', 'timed_out', 'timed_out', 'none', 'timed_out'],
      idle: true,
    });
  });
});
