import { describe, expect, it } from 'vitest';
import { heedSignals } from '../../src/start/signals.ts';
import { start } from './server-process.ts';

describe('the server process at a signal or an error', () => {
  it('stops in order though the signal comes twice, as npm and process managers send it', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '800' });
    const url = await ready();
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { interval: 10 }).toBe(503);
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('stops at once when it is asked again later', async () => {
    const { child, exited, ready } = start({ SHUTDOWN_WAIT_MS: '15000' });
    await ready();
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 800));
    child.kill('SIGINT');
    expect(await exited).toEqual({ code: 1, signal: null });
  });

  it('goes on after a rejection that nobody awaited and logs its stack, but stops in order at an exception', async () => {
    const faults = `process.on('SIGWINCH', () => { Promise.reject(new Error('a stray one')); });
      process.on('SIGCONT', () => setImmediate(() => { throw new Error('a thrown one'); }));`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(faults)}`;
    const { child, out, exited, ready } = start({ NODE_OPTIONS });
    const url = await ready();
    for (const times of [1, 2]) {
      child.kill('SIGWINCH');
      await expect.poll(() => out.text.split('that nobody awaited').length - 1, { timeout: 30_000 }).toBe(times);
    }
    const line = out.text.split('\n').find((one) => one.includes('that nobody awaited')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ level: 'error', err: { message: 'a stray one' } });
    expect(JSON.parse(line).err.stack).toContain('data:text/javascript');
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    child.kill('SIGCONT');
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(out.text).toContain('stopping after an error that nothing caught');
    expect(out.text).toContain('"msg":"stopped"');
  });

  it('stays up at SIGHUP and SIGUSR2', async () => {
    const { child, out, ready } = start();
    const url = await ready();
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain('SIGHUP is ignored, as neither TRUST_FILE nor AUTH_FILE is in use');
    child.kill('SIGUSR2');
    await expect.poll(() => out.text).toContain('SIGUSR2 is ignored');
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

it('a signal ends a process that cannot stop in order yet with the status of a shell', () => {
  const listeners = new Map<unknown, () => void>();
  const exits: unknown[] = [];
  const signals = heedSignals({
    on: ((signal: string, listener: () => void) => listeners.set(signal, listener)) as never,
    exit: ((status: number) => exits.push(status)) as never,
  });
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) listeners.get(signal)?.();
  expect(exits).toEqual([129, 130, 143]);
  signals.SIGTERM = () => exits.push('in order');
  listeners.get('SIGTERM')?.();
  expect(exits.at(-1)).toBe('in order');
});
