// What PostgreSQL writes into its log file, read from the end.
import { open, stat } from 'node:fs/promises';

const TAIL_BYTES = 64 * 1024;

/** Bytes of the file; 0 where there is none. */
export function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The lines of up to 64 KiB from that byte on. */
export async function linesSince(path: string, start: number): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    return buffer.toString('utf8', 0, bytesRead).split('\n');
  } finally {
    await file.close();
  }
}

/** The lines of the last 64 KiB. */
export async function lastLines(path: string): Promise<string[]> {
  return linesSince(path, Math.max(0, (await sizeOf(path)) - TAIL_BYTES));
}

/** A line of the log without its time and process. */
export function messageOf(line: string): string {
  return line.replace(/^.*?\b(?:LOG|FATAL|PANIC|ERROR): +/, '').trim();
}
