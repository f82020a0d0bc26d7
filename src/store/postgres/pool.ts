// Connections to PostgreSQL: a pool of them, statements that are prepared once, transactions, and
// what errors mean.
import pg from 'pg';
import { MaestroError } from '../../domain/errors.ts';
import { sharedConnections } from './shared-connections.ts';
import type { Statement } from './statements.ts';

export type PostgresSettings = {
  /** `postgres://user:password@host:port/database`, with the usual parameters of libpq for TLS. */
  url: string;
  connections: number;
  /** Maximum wait for a connection, new or returned to the pool. */
  connectTimeoutMs: number;
  /** Maximum time of one statement, enforced by the server, and here where it does not answer. */
  statementTimeoutMs: number;
};

export type Query = <Row extends object>(statement: Statement, values: unknown[]) => Promise<Row[]>;

/**
 * Throws `store_unavailable` where the database does not answer, is full, busy or read-only; it is
 * not known whether a write that failed this way has landed.
 */
export type Database = {
  /** One statement, which is a transaction of its own. */
  query: Query;
  /** One statement that only reads, on a connection that others share. */
  read: Query;
  /**
   * Commits what `work` did if it resolves, else nothing of it. `look` is for statements that change
   * nothing: the first does not wait until the transaction has begun.
   */
  transaction<Result>(work: (query: Query, look: Query) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
};

export function openDatabase(settings: PostgresSettings): Database {
  const pool = openPool(settings);
  const share = sharedConnections(pool);
  return {
    read: (statement, values) => guarded(() => share((client) => rowsOf(client, statement, values))),
    query: (statement, values) => guarded(async () => (await pool.query(statement, values)).rows),
    transaction: (work) => transaction(pool, work),
    close: () => pool.end(),
  };
}

// What `client.query` does with a name, a text and values, but it would copy these by their property
// descriptors, which takes a tenth of the time of a short read here.
function rowsOf<Row extends object>(
  client: pg.PoolClient,
  { name, text }: Statement,
  values: unknown[],
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const callback = (error: Error | null, result?: pg.QueryResult<Row>) =>
      error ? reject(error) : resolve(result?.rows ?? []);
    client.query(Object.assign(new pg.Query(text, values), { name, callback }));
  });
}

function openPool(settings: PostgresSettings): pg.Pool {
  const { statementTimeoutMs } = settings;
  const pool = new pg.Pool({
    connectionString: settings.url,
    application_name: 'maestro',
    max: settings.connections,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + SILENCE_MS,
    keepAlive: true,
    pipeline: true,
  });
  // A connection that breaks emits this beside failing what is under way on it. Without a listener
  // it would end the process.
  pool.on('error', unheard);
  pool.on('connect', (client) => client.on('error', unheard));
  return pool;
}

async function transaction<Result>(
  pool: pg.Pool,
  work: (query: Query, look: Query) => Promise<Result>,
): Promise<Result> {
  const client = await guarded(() => pool.connect());
  const { stream } = client.connection;
  // Goes in one piece with the first statement that does not wait for it.
  stream.cork();
  queueMicrotask(() => stream.uncork());
  const begun = guarded(() => client.query('BEGIN'));
  // It is awaited below, perhaps later than it fails.
  begun.catch(unheard);
  let usable = false;
  try {
    // Nothing is written before it is known that the transaction has begun: it would be committed.
    const query: Query = async (statement, values) => {
      await begun;
      return guarded(async () => (await client.query(statement, values)).rows);
    };
    const look: Query = async (statement, values) => {
      const asked = guarded(() => client.query(statement, values));
      await Promise.all([begun, asked]);
      return (await asked).rows;
    };
    const result = await work(query, look);
    await begun;
    const { command } = await guarded(() => client.query('COMMIT'));
    // PostgreSQL answers COMMIT with ROLLBACK where a statement of the transaction has failed.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
    usable = true;
    return result;
  } catch (error) {
    // A connection that does not answer is dropped, which rolls back too, rather than waited for
    // again.
    const silent = error instanceof MaestroError && error.code === 'store_unavailable';
    usable = !silent && (await rolledBack(client));
    throw error;
  } finally {
    client.release(!usable);
  }
}

function rolledBack(client: pg.PoolClient): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

const unheard = () => {};

/** How much longer than its own time-out the server is waited for. */
const SILENCE_MS = 1_000;

async function guarded<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new MaestroError('store_unavailable', 'The store does not answer; try again', [], error);
  }
}

/** Whether PostgreSQL refused a statement, so that nothing of it has landed. */
export function isRefusal(error: unknown): boolean {
  return !(error instanceof MaestroError);
}

// Classes of SQLSTATE (PostgreSQL documentation, appendix A): connection, transaction rollback,
// resources, intervention, system error; then a lock that could not be taken in time and a server
// that only reads.
const UNAVAILABLE = /^(08|40|53|57|58)|^(55P03|25006|25P03)$/;

function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return UNAVAILABLE.test(error.code ?? '');
  // Everything else that the driver throws comes from the network or its own time-outs, except for
  // errors in the code.
  return !(error instanceof TypeError || error instanceof RangeError);
}
