// Connections to PostgreSQL: a pool of them, statements that are prepared once, transactions, and what to make of errors.
import pg from 'pg';
import { MaestroError } from '../../domain/errors.ts';
import { sharedConnections } from './shared-connections.ts';

export type PostgresSettings = {
  /** `postgres://user:password@host:port/database`, with the usual parameters of libpq for TLS. */
  url: string;
  connections: number;
  /** Time for a connection to be had, be it new or given back. */
  connectTimeoutMs: number;
  /** Time for one statement, enforced on both sides: by the server, and here should it fall silent. */
  statementTimeoutMs: number;
};

/** A statement that each connection prepares once, under its name. */
export type Statement = { readonly name: string; readonly text: string };
export type Query = <Row extends object>(statement: Statement, values: unknown[]) => Promise<Row[]>;

/**
 * What fails because the database does not answer, is full, busy or read-only throws `store_unavailable`; whether a write
 * that failed so has landed is not known.
 */
export type Database = {
  /** One statement, which is a transaction of its own. */
  query: Query;
  /** One statement that only reads, on a connection that others share. */
  read: Query;
  /** Commits what `work` did if it resolves, else nothing of it. */
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
};

export function openDatabase(settings: PostgresSettings): Database {
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
  // A connection that breaks tells so beside failing what is under way on it. Unheard, that would end the process.
  pool.on('error', unheard);
  pool.on('connect', (client) => client.on('error', unheard));

  const share = sharedConnections(pool);

  return {
    read: (statement, values) => guarded(async () => (await share((client) => client.query(statement, values))).rows),
    query: (statement, values) => guarded(async () => (await pool.query(statement, values)).rows),
    async transaction(work) {
      const client = await guarded(() => pool.connect());
      const query: Query = (statement, values) => guarded(async () => (await client.query(statement, values)).rows);
      let usable = false;
      try {
        await guarded(() => client.query('BEGIN'));
        const result = await work(query);
        const { command } = await guarded(() => client.query('COMMIT'));
        // PostgreSQL answers COMMIT with ROLLBACK where a statement of the transaction has failed.
        if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
        usable = true;
        return result;
      } catch (error) {
        // A connection that does not answer is dropped, which rolls back too, rather than waited for once more.
        const silent = error instanceof MaestroError && error.code === 'store_unavailable';
        usable =
          !silent &&
          (await client.query('ROLLBACK').then(
            () => true,
            () => false,
          ));
        throw error;
      } finally {
        client.release(!usable);
      }
    },
    close: () => pool.end(),
  };
}

const unheard = () => {};

/** How long the server is waited for beyond the time-out that it should have kept itself. */
const SILENCE_MS = 1_000;

async function guarded<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new MaestroError('store_unavailable', 'The store does not answer; try again', [], error);
  }
}

// Classes of SQLSTATE (PostgreSQL documentation, appendix A): connection, transaction rollback, resources, intervention,
// system error; then a lock that was not to be had in time and a server that only reads.
const UNAVAILABLE = /^(08|40|53|57|58)|^(55P03|25006|25P03)$/;

function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return UNAVAILABLE.test(error.code ?? '');
  // All else that the driver throws comes from the network or its own time-outs, but for errors in the code.
  return !(error instanceof TypeError || error instanceof RangeError);
}
