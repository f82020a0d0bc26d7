// What a reader of events costs those who write, as Markdown.
import type { EventResults } from './event-reading.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { table, verdict, whole } from './tables.ts';

const READER_FLOOR = 0.95;

export function eventTable(plan: Plan, { alone, beside, handled }: EventResults): string {
  const shares = beside.map((speed, round) => speed / (alone[round] ?? Number.NaN));
  const share = median(shares);
  const row = [
    'POST run by 64 writers, beside a reader of events that polls all the time',
    `**${share.toFixed(2)}** (${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)})`,
    `${READER_FLOOR.toFixed(2)} ${verdict(share >= READER_FLOOR)}`,
    `${whole(median(beside))} / ${whole(median(alone))}`,
    whole(median(handled)),
  ];
  return `The yardstick is the same without the reader, in ${plan.rounds} interleaved rounds. The reader is a process of its own, on the same processors.

${table(['request', 'share', 'floor', 'a second', 'events handled a second'], [row])}`;
}
