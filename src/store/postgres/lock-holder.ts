// Who holds an advisory lock, and whether that session is at work.
import type { ClientBase } from 'pg';

export type Holder = {
  pid: number;
  name: string;
  address: string | null;
  /** Null where this role may not see it, as in a session of another role. */
  state: string | null;
  /** What the session waits for; null where it works. */
  waits: string | null;
  /** A text that changes whenever the session begins or ends something. */
  doing: string;
};

const HOLDER = `
  SELECT pid, application_name AS name, host(client_addr) AS address, state, wait_event_type AS waits,
    concat_ws(' ', pid, query_start, state_change, state) AS doing
  FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1 AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** The session that holds the lock `key` of this database, null where it has been released. */
export async function holderOf(client: ClientBase, key: number): Promise<Holder | null> {
  const { rows } = await client.query<Holder>(HOLDER, [key]);
  return rows[0] ?? null;
}

// A session that waits for another lock, its client or time does nothing.
const IDLE_WAITS = ['Lock', 'Client', 'Timeout'];

export function isWorking({ state, waits }: Holder): boolean {
  return state === 'active' && !IDLE_WAITS.includes(waits ?? '');
}

export function inWords(holder: Holder | null): string {
  if (holder === null) return 'another session';
  const { pid, name, address, state } = holder;
  const from = address === null ? '' : ` from ${address}`;
  return `session ${pid} (${name === '' ? 'unnamed' : name}${from}, ${state ?? 'of another role'})`;
}
