import { expect, it } from 'vitest';
import { throttled } from '../../src/start/throttled-log.ts';

function logAt() {
  const clock = { ms: 0 };
  const lines: string[] = [];
  return {
    clock,
    lines,
    log: throttled(
      (line) => lines.push(line),
      () => new Date(clock.ms),
    ),
  };
}

it('writes a message once a minute, however often it comes', () => {
  const { clock, lines, log } = logAt();
  for (; clock.ms < 180_000; clock.ms += 1_000) log('away');
  expect(lines).toEqual(['away', 'away', 'away']);
});

it('takes messages about the same for the same, and others for others', () => {
  const { lines, log } = logAt();
  log('artifact 1: away', 'away');
  log('artifact 2: away', 'away');
  log('artifact 2: full', 'full');
  log('artifact 2: full');
  expect(lines).toEqual(['artifact 1: away', 'artifact 2: full', 'artifact 2: full']);
});

it('goes on where the clock is put back', () => {
  const { clock, lines, log } = logAt();
  clock.ms = 1e9;
  log('away');
  clock.ms = 0;
  log('away');
  expect(lines).toHaveLength(2);
});

it('remembers no more than some of many different messages', () => {
  const { lines, log } = logAt();
  for (let round = 0; round < 2; round += 1) for (let at = 0; at < 101; at += 1) log(`message ${at}`);
  expect(lines).toHaveLength(202);
});
