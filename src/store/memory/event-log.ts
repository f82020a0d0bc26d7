// The events of one tenant in the order in which they were recorded, counted from the first ever.
import type { MaestroEvent } from '../../domain/event/maestro-event.ts';

export type EventLog = {
  /** How many were ever recorded, those that were cut off included. */
  count(): number;
  /** How many were cut off the beginning. */
  cut(): number;
  at(index: number): MaestroEvent | undefined;
  /** From the index to before `end`. None of them may have been cut off. */
  slice(start: number, end: number): MaestroEvent[];
  push(event: MaestroEvent): void;
  /** Cuts off all before that index. */
  cutTo(index: number): void;
};

export function openEventLog(): EventLog {
  let events: MaestroEvent[] = [];
  let cut = 0;
  return {
    count: () => cut + events.length,
    cut: () => cut,
    at: (index) => events[index - cut],
    slice: (start, end) => events.slice(start - cut, end - cut),
    push: (event) => void events.push(event),
    cutTo(index) {
      events = events.slice(index - cut);
      cut = index;
    },
  };
}
