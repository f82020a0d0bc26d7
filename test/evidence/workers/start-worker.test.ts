import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { READER as VERSION } from '../../../src/domain/evidence/reader.ts';
import { LIMITS } from '../../../src/evidence/limits.ts';
import type { WorkerProcess } from '../../../src/evidence/workers/start-worker.ts';

const compiled = (file: string) => pathToFileURL(join(import.meta.dirname, '../../../dist/evidence', file)).href;
const { faultOfStart, startWorker } = (await import(
  compiled('workers/start-worker.js')
)) as typeof import('../../../src/evidence/workers/start-worker.ts');

const READER = `data:text/javascript,${encodeURIComponent(`
  const { readDocument: read } = await import('${compiled('read.js')}');
  export async function readDocument(bytes, limits) {
    const text = Buffer.from(bytes).toString();
    if (text === 'loop') for (;;);
    if (text === 'exit') process.exit(4);
    if (text === 'signal') process.kill(process.pid, 'SIGSEGV');
    if (text === 'heap') { const held = []; for (;;) held.push(new Array(1000).fill(held.length)); }
    if (text === 'throw') throw new Error('broken');
    if (text === 'nothing') return undefined;
    return read(bytes, limits);
  }
`)}`;

const started: WorkerProcess[] = [];
afterEach(() => {
  for (const worker of started.splice(0)) worker.kill();
});

function start(reader = READER, startMs = 60_000): WorkerProcess {
  const worker = startWorker({ reader, limits: LIMITS, verifier: null }, 64, startMs);
  started.push(worker);
  return worker;
}

const read = (worker: WorkerProcess, text: string, maxMs = 60_000) =>
  worker.read(Buffer.from(text), { trust: null, receivedAt: undefined }, maxMs);

describe('a worker process', () => {
  it('reads document after document, and goes on after one that its reader fails with', async () => {
    const worker = start();
    await worker.started;
    expect(await read(worker, '{}')).toMatchObject({ reading: { state: 'opaque' } });
    expect(await read(worker, 'throw')).toEqual({ failure: 'broken' });
    expect(await read(worker, 'nothing')).toEqual({ failure: 'it said nothing' });
    const large = `{"a":"${'x'.repeat(5_000_000)}"}`;
    expect(await read(worker, large)).toMatchObject({ reading: { facts: { size: large.length } } });
    expect(worker.isAlive()).toBe(true);
  });

  it.each([
    ['loop', 'timed_out', 'it took longer than it may', 300],
    ['heap', 'out_of_memory', 'it took more memory than it may (SIG', 60_000],
    ['exit', 'died', 'its process ended with status 4', 60_000],
    ['signal', 'died', 'its process ended with SIGSEGV', 60_000],
  ])('says how it ended over a document (%s)', async (text, end, message, maxMs) => {
    const worker = start();
    await worker.started;
    expect(await read(worker, text, maxMs)).toMatchObject({ end, message: expect.stringContaining(message) });
    expect(worker.isAlive()).toBe(false);
    expect(await read(worker, '{}')).toMatchObject({ end });
  });

  it('is not alive from when it is told to end, so that nothing else is given to it', async () => {
    const worker = start();
    await worker.started;
    worker.kill();
    expect(worker.isAlive()).toBe(false);
  });

  it('is not ended over the next document where it answered just in time', async () => {
    const worker = start();
    await worker.started;
    await read(worker, '{}');
    const outcome = read(worker, '{}', 100);
    // The answer and the end of its time are both seen after this.
    await new Promise((resolve) => setImmediate(resolve));
    for (const until = performance.now() + 500; performance.now() < until; );
    expect(await outcome).toMatchObject({ reading: { state: 'opaque' } });
    expect(await read(worker, '{}')).toMatchObject({ reading: { state: 'opaque' } });
  });

  it('rejects with the reason where its readers cannot be loaded', async () => {
    const worker = start('data:text/javascript,throw new Error("not here")');
    await expect(worker.started).rejects.toMatchObject({
      code: 'overloaded',
      cause: { message: 'its modules cannot be loaded (not here)' },
    });
    expect(worker.isAlive()).toBe(false);
    await expect(start(compiled('nowhere.js')).started).rejects.toMatchObject({
      cause: { message: 'its modules cannot be loaded (ERR_MODULE_NOT_FOUND)' },
    });
  });

  it('rejects where its files are those of another version, so that no reading is taken for one of this', () => {
    const ready = { version: 'maestro/2' };
    expect(faultOfStart(ready)).toBe(`its readers are maestro/2, and those of this process ${VERSION}: restart it`);
    expect(faultOfStart({})).toContain('its readers are of an unknown version');
    expect(faultOfStart({ version: VERSION })).toBeNull();
  });

  it('rejects where it ends before it is ready, which says nothing of any document', async () => {
    await expect(start('data:text/javascript,process.exit(3)').started).rejects.toMatchObject({
      code: 'overloaded',
      cause: { message: 'its process ended with status 3' },
    });
  });

  it('rejects as overloaded where the process has no file descriptor to spare', async () => {
    const script = `
      import { openSync } from 'node:fs';
      const { startWorker } = await import('${compiled('workers/start-worker.js')}');
      try { for (;;) openSync('/dev/null'); } catch {}
      await startWorker({}, 64, 60_000).started.catch(({ code, cause }) => console.log(code, cause.message));
    `;
    const run = promisify(execFile)('sh', [
      '-c',
      'ulimit -n 512; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      script,
    ]);
    expect((await run).stdout).toBe(`overloaded spawn ${process.execPath} EMFILE\n`);
  });

  it('rejects where it does not start in time, or is killed before', async () => {
    const never = 'data:text/javascript,await new Promise(() => setInterval(() => {}, 1000))';
    await expect(start(never, 50).started).rejects.toMatchObject({
      code: 'overloaded',
      cause: { message: 'it took longer than it may' },
    });
    const worker = start(never);
    worker.kill();
    await expect(worker.started).rejects.toThrow('No reader could be started');
  });
});
