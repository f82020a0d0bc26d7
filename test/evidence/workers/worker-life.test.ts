import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lifeOf } from '../../../src/evidence/workers/worker-life.ts';

const ENTRY = join(mkdtempSync(join(tmpdir(), 'life-')), 'worker.mjs');
writeFileSync(
  ENTRY,
  `process.on('message', (asked) => {
    if (asked === 'answer') process.send({ version: 'v' });
    if (asked === 'exit') process.send({ version: 'last' }, () => process.exit(3));
    if (asked === 'abort') process.kill(process.pid, 'SIGABRT');
  });`,
);

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function started() {
  const child = fork(ENTRY, [], { stdio: ['pipe', 'ignore', 'ignore', 'ipc'] });
  children.push(child);
  const life = lifeOf(child);
  return { ...life, ask: (what: string, maxMs = 60_000) => life.next(maxMs, () => child.send(what)) };
}

describe('a worker', () => {
  it('answers one question after another, and goes on living', async () => {
    const { ask, end } = started();
    expect(await ask('answer')).toEqual({ version: 'v' });
    expect(await ask('answer')).toEqual({ version: 'v' });
    expect(end()).toBeNull();
  });

  it('is heard to the last message before its end, and answers nothing after it', async () => {
    const { ask, end } = started();
    expect(await ask('exit')).toEqual({ version: 'last' });
    await expect.poll(end).toEqual({ end: 'died', message: 'its process ended with status 3' });
    expect(await ask('answer')).toEqual(end());
  });

  it('is killed where it does not answer in time', async () => {
    const { ask, end } = started();
    await ask('answer');
    expect(await ask('nothing', 20)).toEqual({ end: 'timed_out', message: 'it took longer than it may' });
    expect(end()).toMatchObject({ end: 'timed_out' });
  });

  it('is taken for one that ran out of memory where it aborts', async () => {
    const { ask } = started();
    expect(await ask('abort')).toMatchObject({ end: 'out_of_memory' });
  });
});
