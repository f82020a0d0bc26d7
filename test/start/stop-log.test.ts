import { expect, it } from 'vitest';
import { announceStop } from '../../src/start/stop-log.ts';

function stopWith(open: { requests: number; uploads: number }, serveMs = 0, everyMs = 60_000) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const stop = announceStop({ open: () => open, graceMs: 19_000, serveMs, everyMs, log });
  return { lines, stop };
}

it.each([
  [{ requests: 3, uploads: 1 }, 0, 'Stopping: waiting for 3 requests (1 upload) for at most 19 s'],
  [{ requests: 1, uploads: 0 }, 0, 'Stopping: waiting for 1 request for at most 19 s'],
  [{ requests: 2, uploads: 2 }, 0, 'Stopping: waiting for 2 requests (2 uploads) for at most 19 s'],
  [{ requests: 0, uploads: 0 }, 0, 'Stopping: no request is open'],
  [{ requests: 0, uploads: 0 }, 1_500, 'Stopping: no request is open; new requests are served for 1.5 s more'],
])('a stop says at once what it waits for: %j', (open, serveMs, line) => {
  const { lines, stop } = stopWith(open, serveMs);
  expect(lines).toEqual([line]);
  stop.end();
});

it('a stop that takes long says again what it waits for, until it ends', async () => {
  const open = { requests: 2, uploads: 1 };
  const { lines, stop } = stopWith(open, 0, 20);
  await expect.poll(() => lines.length).toBeGreaterThan(1);
  expect(lines[1]).toMatch(
    /^Still stopping after [\d.]+ s: waiting for 2 requests \(1 upload\), for at most 1\d(\.\d)? s more$/,
  );
  Object.assign(open, { requests: 0, uploads: 0 });
  stop.waitFor('documents that are being read');
  await expect.poll(() => lines.at(-1)).toContain('waiting for documents that are being read, for at most');
  stop.end();
  const { length } = lines;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(lines).toHaveLength(length);
});
