// The events of one tenant in the order in which they were recorded, counted from the first ever.
import type { LoggedEvent } from '../../domain/event/maestro-event.ts';

export type EventLog = {
  /** How many were ever recorded, those that were cut off included. */
  count(): number;
  /** How many were cut off the beginning. */
  cut(): number;
  at(index: number): LoggedEvent | undefined;
  /** From the index to before `end`. None of them may have been cut off. */
  slice(start: number, end: number): LoggedEvent[];
  push(event: LoggedEvent): void;
  /** Cuts off all before that index. */
  cutTo(index: number): void;
};

export function openEventLog(): EventLog {
  let events: LoggedEvent[] = [];
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
