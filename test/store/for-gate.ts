// Every row of every database of the tests: what is kept for the gate says what the body says.
import pg from 'pg';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { declaredFlags } from '../../src/domain/gate/declared-flags.ts';
import { gateArtifacts } from '../../src/store/postgres/gate-rows.ts';

/** Throws where a row of a database on the server at `url` differs. Returns how many rows it compared. */
export async function requireSameFlags(url: string): Promise<number> {
  let compared = 0;
  for (const { datname } of await rowsOf<{ datname: string }>(
    url,
    'SELECT datname FROM pg_database WHERE datallowconn',
  )) {
    const database = new URL(url);
    database.pathname = `/${datname}`;
    compared += await sameInDatabase(database.href);
  }
  return compared;
}

async function sameInDatabase(url: string): Promise<number> {
  const has = "SELECT 1 FROM information_schema.columns WHERE table_name = 'artifacts' AND column_name = 'for_gate'";
  if ((await rowsOf(url, has)).length === 0) return 0;
  const rows = await rowsOf<{ for_gate: string; body: string }>(
    url,
    'SELECT for_gate::text, body::text FROM artifacts WHERE for_gate IS NOT NULL',
  );
  for (const { for_gate, body } of rows) {
    const artifact: Artifact = JSON.parse(body);
    const [kept] = gateArtifacts(for_gate, artifact.run_id);
    const { created_at: _at, metadata_json, ...rest } = artifact;
    const { additional_metadata: _more, ...flags } = metadata_json;
    const said = JSON.stringify({ ...kept, judged: kept && declaredFlags(kept, NO_FACTS) });
    const meant = JSON.stringify({ ...rest, metadata_json: flags, judged: declaredFlags(artifact, NO_FACTS) });
    if (sorted(said) !== sorted(meant)) throw new Error(`for_gate says ${said}, but the body means ${meant}`);
  }
  return rows.length;
}

const NO_FACTS = new Map();

const sorted = (text: string) => JSON.stringify(Object.entries(JSON.parse(text)).sort(([a], [b]) => (a < b ? -1 : 1)));

async function rowsOf<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
