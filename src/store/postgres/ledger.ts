// What the stores of one tenant send to PostgreSQL. Rows are written here alone, each together with
// its event, and so are idempotency keys. The tenant leads every statement.
import type { z } from 'zod';
import type { LoggedEvent } from '../../domain/event/maestro-event.ts';
import type { IdempotencyKey } from '../../domain/idempotency.ts';
import { folded } from './folded-writes.ts';
import { rowOnce } from './idempotency-keys.ts';
import { type Database, isRefusal, type Query } from './pool.ts';
import type { Cursor, Cut, Lease, Lock, Own, Read, Write } from './statements.ts';

/**
 * Named values that a write takes beside its event and bodies. The run of the event is one of them,
 * as no function can look into an event.
 */
export type Fields = Readonly<Record<string, unknown>>;

type Ask<Kind> = <Row extends object>(statement: Kind, ...values: readonly unknown[]) => Promise<Row[]>;

/** What a single statement may do, or several in one transaction. */
export type Session = {
  readonly read: Ask<Read>;
  /**
   * Writes rows and records `event`. `bodies` are JSON texts, kept as they are. Returns why the
   * write was refused, null where it was not.
   */
  record(write: Write, event: LoggedEvent, fields: Fields, ...bodies: readonly string[]): Promise<string | null>;
};

export type Transaction = Session & {
  readonly lock: Ask<Lock>;
  /** The row that `create` makes, once for each key within 24 hours; every time without a key. */
  once<Row extends object>(
    key: IdempotencyKey | null | undefined,
    schema: z.ZodType,
    create: () => Promise<Row>,
  ): Promise<Readonly<Row>>;
};

export type Ledger = Session & {
  /** Reads on a connection of its own: for what may take long or waits. */
  readonly scan: Ask<Read>;
  readonly lease: Ask<Lease>;
  readonly cursor: Ask<Cursor>;
  readonly cut: Ask<Cut>;
  /** Commits what `work` did if it resolves, else nothing of it. */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * The row that `create` makes, once for each key within 24 hours. In a transaction only where
   * there is a key.
   */
  idempotent<Row extends object>(
    key: IdempotencyKey | null | undefined,
    schema: z.ZodType,
    create: (session: Session) => Promise<Row>,
  ): Promise<Readonly<Row>>;
  /**
   * Records what comes at the same time together, by a write that takes the fields of each in a
   * list of that name.
   */
  recordTogether(write: Write, list: string): (event: LoggedEvent, fields: Fields, body: string) => Promise<void>;
};

/** What may be sent for no tenant. It records no event. */
export type OwnSession = {
  /** A statement that only reads, on a connection that others share. */
  look<Row extends object>(statement: Own, ...values: readonly unknown[]): Promise<Row[]>;
  own<Row extends object>(statement: Own, ...values: readonly unknown[]): Promise<Row[]>;
};

export function ownSession({ query, read }: Database): OwnSession {
  return {
    look: (statement, ...values) => read(statement, [...values]),
    own: (statement, ...values) => query(statement, [...values]),
  };
}

export function openLedger(database: Database, tenant: string): Ledger {
  const ask =
    <Kind extends Read | Lock | Lease | Cursor | Cut>(query: Query): Ask<Kind> =>
    (statement, ...values) =>
      query(statement, [tenant, ...values]);
  const session = (query: Query, read: Query): Session => ({
    read: ask(read),
    record: (write, event, fields, ...bodies) =>
      recorded(query, write, { run_id: event.run_id, ...fields, tenant }, [JSON.stringify(event), ...bodies]),
  });
  const transaction: Ledger['transaction'] = (work) =>
    database.transaction((query, look) =>
      work({
        ...session(query, look),
        lock: ask(look),
        once: (key, schema, create) => rowOnce(query, tenant, key, schema, create),
      }),
    );
  const single = session(database.query, database.read);
  return {
    ...single,
    scan: ask(database.query),
    lease: ask(database.query),
    cursor: ask(database.query),
    cut: ask(database.query),
    transaction,
    idempotent: (key, schema, create) =>
      key === null || key === undefined
        ? create(single)
        : transaction((open) => open.once(key, schema, () => create(open))),
    recordTogether: (write, list) => recordedTogether(database.query, tenant, write, list),
  };
}

type Put = ReturnType<Ledger['recordTogether']>;

function recordedTogether(query: Query, tenant: string, write: Write, list: string): Put {
  const put = folded<{ fields: Fields; texts: readonly string[] }>((some) => {
    const fields = { tenant, [list]: some.map((one) => one.fields) };
    return recorded(
      query,
      write,
      fields,
      some.flatMap(({ texts }) => texts),
    );
  }, isRefusal);
  return async (event, fields, body) => put({ fields, texts: [JSON.stringify(event), body] });
}

/** `texts` are the event and the bodies, which are kept as they are. */
async function recorded(query: Query, write: Write, fields: Fields, texts: readonly string[]): Promise<string | null> {
  const named = JSON.stringify(fields);
  const given = write.parameters === 1 ? [`[${[named, ...texts].join(',')}]`] : [named, ...texts];
  const values = Array.from({ length: write.parameters }, (_, index) => given[index] ?? null);
  const [answer] = await query<{ refusal: string | null }>(write, values);
  // A function that returns nothing answers with an empty text.
  return answer?.refusal || null;
}
