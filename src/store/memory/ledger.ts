// What the memory store writes: nothing without an event. A table changes only for an entry, and
// only `record` makes one.
import type { LoggedEvent } from '../../domain/event/maestro-event.ts';
import { type IdempotencyKey, type Remembered, rememberedSince, replayed } from '../../domain/idempotency.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type EventLog, openEventLog } from './event-log.ts';

declare const recorded: unique symbol;

/** The permission to change tables, which comes with the event that explains the change. */
export type Entry = { readonly event: LoggedEvent; readonly [recorded]: true };

export type Ledger = {
  readonly log: EventLog;
  /** Runs `write`, which throws before its first change or not at all, and records the event. */
  record<Result>(event: LoggedEvent, write: (entry: Entry) => Result): Result;
  /** The row that `create` makes, once for each key within 24 hours. */
  idempotent<Row extends object>(
    key: IdempotencyKey | null | undefined,
    create: () => Readonly<Row>,
  ): Promise<Readonly<Row>>;
};

export function openLedger(): Ledger {
  const log = openEventLog();
  const remembered = new Map<string, Remembered<object>>();
  return {
    log,
    record(event, write) {
      const result = write({ event } as Entry);
      log.push(deepFreeze(event));
      return result;
    },
    async idempotent<Row extends object>(key: IdempotencyKey | null | undefined, create: () => Readonly<Row>) {
      if (key === null || key === undefined) return create();
      const since = rememberedSince(key.at);
      forgetBefore(remembered, since);
      const known = remembered.get(key.scope) as Remembered<Row> | undefined;
      if (known !== undefined && known.at >= since) return replayed(known, key);
      const row = create();
      remembered.delete(key.scope);
      remembered.set(key.scope, { fingerprint: key.fingerprint, at: key.at, row });
      return row;
    },
  };
}

const FORGOTTEN_AT_ONCE = 10;

/** Forgets a few of the oldest keys, which come first. */
function forgetBefore(remembered: Map<string, Remembered<object>>, since: string): void {
  let looked = 0;
  for (const [scope, { at }] of remembered) {
    looked += 1;
    if (at >= since || looked > FORGOTTEN_AT_ONCE) return;
    remembered.delete(scope);
  }
}
