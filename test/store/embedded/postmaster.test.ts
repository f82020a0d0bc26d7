import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { endPostmaster, forgetDeadPostmaster, runningPostmaster } from '../../../src/store/embedded/postmaster.ts';

const folders: string[] = [];
const children: { kill(signal: NodeJS.Signals): unknown }[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newData(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-postmaster-'));
  folders.push(folder);
  const data = join(folder, 'postgres');
  mkdirSync(data);
  return data;
}

const fileOf = (data: string) => join(data, 'postmaster.pid');
const write = (data: string, pid: number | string, status = 'ready   ') =>
  writeFileSync(fileOf(data), [pid, data, 1780000000, 5432, '/run/somewhere', '', '  1  2', status, ''].join('\n'));

/** A process that looks like a postmaster of a folder, and ends at these signals alone. */
async function pretend(data: string, deaf: readonly string[] = []): Promise<number> {
  const postgres = join(data, '..', 'postgres-program');
  if (!existsSync(postgres)) symlinkSync(process.execPath, postgres);
  const code = `for (const one of ${JSON.stringify(deaf)}) process.on(one, () => {}); setInterval(() => {}, 1000); console.log(1)`;
  const child = spawn(postgres, ['-e', code, '--', '-D', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

/** The number of a process that has ended and that its parent does not ask after. */
async function zombie(): Promise<number> {
  // It ends when the shell, which might ask after it, has given way to a program that does not.
  const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 300'], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(parent);
  const [pid] = await once(parent.stdout, 'data');
  const isZombie = () => readFileSync(`/proc/${Number(pid)}/stat`, 'utf8').includes(') Z ');
  await expect.poll(isZombie, { timeout: 30_000 }).toBe(true);
  return Number(pid);
}

describe('the postmaster of a folder', () => {
  it('is known by its file and its process, with its status and where it listens', async () => {
    const data = newData();
    expect(runningPostmaster(data)).toBeNull();
    const pid = await pretend(data);
    write(data, pid);
    expect(runningPostmaster(data)).toEqual({ pid, status: 'ready', socket: '/run/somewhere' });
    writeFileSync(fileOf(data), `${pid}\n`);
    expect(runningPostmaster(data)).toEqual({ pid, status: 'starting', socket: '' });
  });

  it('is none where its number is that of another process, of another folder, of a zombie, or of none', async () => {
    const data = newData();
    const dead = spawn('true');
    await once(dead, 'exit');
    const inside = join(newData(), data);
    mkdirSync(inside, { recursive: true });
    const foreign = [await pretend(newData()), await pretend(inside), await pretend(`${data}-of-another`)];
    const others = [process.pid, ...foreign, dead.pid ?? 0, 1, -1, 'nonsense', ''];
    if (existsSync('/proc/self/stat')) others.push(await zombie());
    for (const other of others) {
      write(data, other);
      expect(runningPostmaster(data), String(other)).toBeNull();
    }
  });

  it('that is dead gives up its number where that is taken, and nothing else of its file', async () => {
    const data = newData();
    write(data, process.ppid);
    const [, ...rest] = readFileSync(fileOf(data), 'utf8').split('\n');
    forgetDeadPostmaster(data, 4711, undefined);
    expect(readFileSync(fileOf(data), 'utf8').split('\n')).toEqual(['4711', ...rest]);
    writeFileSync(fileOf(data), '');
    forgetDeadPostmaster(data, 4711, undefined);
    expect(existsSync(fileOf(data))).toBe(false);
    forgetDeadPostmaster(data, 4711, undefined);
    const pid = await pretend(data);
    write(data, pid);
    forgetDeadPostmaster(data, 4711, undefined);
    expect(runningPostmaster(data)?.pid).toBe(pid);
  });

  it('is ended with a harder signal where a softer one does not do', async () => {
    const data = newData();
    write(data, await pretend(data));
    await endPostmaster(data);
    expect(runningPostmaster(data)).toBeNull();
    write(data, await pretend(data, ['SIGINT', 'SIGQUIT']));
    await endPostmaster(data);
    expect(runningPostmaster(data)).toBeNull();
  });
});
