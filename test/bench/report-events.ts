// What a reader of events costs the writers, as Markdown.
import type { EventResults } from './event-reading.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { fixed, ratios, spread, table, verdict, whole } from './tables.ts';

const READER_FLOOR = 0.95;

export function eventReport(plan: Plan, { alone, beside, handled }: EventResults): string {
  const shares = ratios(beside, alone);
  const row = [
    'POST run by 64 writers, beside a reader of events that polls all the time',
    spread(shares, 2),
    `${fixed(READER_FLOOR, 2)} ${verdict(median(shares) >= READER_FLOOR)}`,
    `${whole(median(beside))} / ${whole(median(alone))}`,
    whole(median(handled)),
  ];
  return `The yardstick is the same without the reader, in ${plan.rounds} interleaved rounds. The reader is a process of its own, on the same processors.

${table(['request', 'share', 'floor', 'a second', 'events handled a second'], [row])}`;
}
