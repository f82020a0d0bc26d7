// The first connection of a start: how long it waits for PostgreSQL, and what it reports about
// that.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type Patience = {
  /** Maximum time without an answer. */
  ms: number;
  /** The name of the server in messages, without its password. */
  server: string;
  /** Called with what the start is waiting for, whenever it waits longer than `ms`. */
  say(message: string): void;
  /** The URL at which the server is probed while it works; null where it is not. */
  url: string | null;
};

export const PATIENCE: Patience = { ms: 5_000, server: 'PostgreSQL', say: () => {}, url: null };

/**
 * Connects and runs `work`, which sends every statement through `answered`. After `ms` without an
 * answer, throws an error whose message is one line that says what was waited for.
 */
export async function patiently<Result>(
  url: string,
  { ms, say }: Pick<Patience, 'ms' | 'say'>,
  work: (client: pg.Client, patience: Patience) => Promise<Result>,
): Promise<Result> {
  const client = newClient(url);
  const patience = { ms, say, server: serverOf(client), url };
  try {
    await connect(client, patience);
    return await work(client, patience);
  } finally {
    await closed(client);
  }
}

/**
 * The result of `act`. Where it takes longer than `ms`, the connection is cut and the error says
 * what was waited for.
 */
export async function answered<Result>(
  client: pg.Client,
  { ms, server }: Patience,
  what: string,
  act: () => Promise<Result>,
): Promise<Result> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    cut(client);
  }, ms);
  try {
    const result = await act();
    if (!late) return result;
  } catch (error) {
    if (!late) throw error;
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`${server} has not answered for ${ms} ms (DATABASE_CONNECT_TIMEOUT_MS): waited for ${what}`);
}

/**
 * The same for what may take long, as long as the server is alive: it is probed over another
 * connection every `ms`, and `say` is called each time.
 */
export async function whileItLives<Result>(
  client: pg.Client,
  patience: Patience,
  what: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  let silence: Error | null = null;
  const watching = watch(patience, what, ended.signal).catch((error: Error) => {
    silence = error;
    cut(client);
  });
  try {
    return await act();
  } catch (error) {
    throw silence ?? error;
  } finally {
    ended.abort();
    await watching;
  }
}

async function watch(patience: Patience, what: string, ended: AbortSignal): Promise<void> {
  const { ms, say, server, url } = patience;
  if (url === null) return;
  const began = performance.now();
  for (;;) {
    await sleep(ms, null, { signal: ended }).catch(() => {});
    if (ended.aborted) return;
    const other = newClient(url);
    try {
      // A refusal, such as one for too many connections, is a sign of life.
      await answered(other, patience, what, () => other.connect().then(unheard, unheard));
    } finally {
      await closed(other);
    }
    if (ended.aborted) return;
    say(`${server} has been busy for ${Math.round((performance.now() - began) / 1_000)} s with ${what}`);
  }
}

function newClient(url: string): pg.Client {
  const client = new pg.Client({ connectionString: url, application_name: 'maestro', keepAlive: true });
  client.on('error', unheard);
  return client;
}

async function connect(client: pg.Client, patience: Patience): Promise<void> {
  let failure: unknown;
  const connecting = () =>
    client.connect().catch((error) => {
      failure = error;
      throw error;
    });
  try {
    await answered(client, patience, 'a connection', connecting);
  } catch (error) {
    if (error !== failure) throw error;
    throw new Error(`Cannot connect to ${patience.server}: ${textOf(error)}`, { cause: error });
  }
}

function serverOf({ host, port }: pg.Client): string {
  return `PostgreSQL at ${host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`}`;
}

// For a name with several addresses, Node reports the errors of each and no message of its own.
function textOf(error: unknown): string {
  const { message, errors = [] } = error as AggregateError;
  const text = message === '' ? errors.map((one) => (one as Error).message).join(', ') : message;
  return text.replaceAll(/\s+/g, ' ');
}

const CLOSE_MS = 1_000;

/** Ends a connection, by force where the server does not close it. */
async function closed(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => cut(client), CLOSE_MS);
  await client.end().catch(unheard);
  clearTimeout(timer);
}

function cut(client: pg.Client): void {
  client.connection.stream.destroy();
}

const unheard = () => {};
