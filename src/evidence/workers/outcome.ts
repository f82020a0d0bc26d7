import { unreadable } from '../bounded.ts';
import { findings } from '../findings.ts';
import type { Reading } from '../reading.ts';
import { Unreadable } from '../unreadable.ts';

/** What came of an attempt: the reading, why the reader failed, or how the worker ended. */
export type Outcome =
  | { readonly reading: Reading }
  | { readonly failure: string }
  | { readonly end: 'timed_out' | 'out_of_memory' | 'died'; readonly message: string };

export type End = Extract<Outcome, { end: string }>;

function refusal(code: 'timed_out' | 'out_of_memory' | 'reader_failed', message: string): Reading {
  return unreadable(new Unreadable(code, message), findings());
}

const AGAIN = 'POST /maestro/artifacts/{artifact_id}/evidence reads it again';

/** The reading of a document after its last attempt. */
export function readingOf(outcome: Outcome, maxMs: number): Reading {
  if ('reading' in outcome) return outcome.reading;
  if ('failure' in outcome) return refusal('reader_failed', `The reader failed: ${outcome.failure}`);
  const { end, message } = outcome;
  const twice = `twice, the second time alone; ${AGAIN}`;
  if (end === 'timed_out') return refusal(end, `Reading it took longer than ${maxMs / 1_000} s, ${twice}`);
  if (end === 'out_of_memory') return refusal(end, `Reading it took more memory than it may, ${twice}`);
  return refusal('reader_failed', `The reader failed: ${message}, ${twice}`);
}
