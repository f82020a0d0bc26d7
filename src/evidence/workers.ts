import { readDocument, readHead } from './read.ts';
import type { Readers } from './reading.ts';
export function readingWorkers({ threads, maxBytes }: { threads: number; maxMs: number; maxBytes: number }): Readers {
  return { threads, maxBytes, read: readDocument, readHead, close: async () => {} };
}
