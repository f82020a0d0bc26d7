// Maestro on PostgreSQL beside `pgbench` on the very same server, which asks it for as much as Maestro does and does nothing else.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../postgres.ts';
import type { Plan } from './plan.ts';
import { type Lane, race, type Sample } from './rounds.ts';
import { createRun } from './seed.ts';
import { PRODUCTION, type ServerProcess, startServer, stop } from './server-process.ts';
import type { Answered, Target } from './traffic.ts';
import type { Generator } from './traffic-process.ts';

/** One kind of request: what share of the speed of `pgbench` it must and should reach, and what was measured. */
export type OnPostgres = {
  name: string;
  floor: number;
  aim: number;
  /** Transactions a second, by round. */
  pgbench: number[];
  ours: Answered[];
};
export type PostgresResults = { version: string; rows: OnPostgres[]; small: Sample[]; big: Sample[] };

const CLIENTS = 32;
const RUNS_ASKED_FOR = 20;
const RUNS_GROWN = 100;

/** Null where there is no `pgbench` on the path. */
export async function onPostgres(generator: Generator, plan: Plan): Promise<PostgresResults | null> {
  if (spawnSync('pgbench', ['--version']).status !== 0) return null;
  const server = await startPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  try {
    const rows = await besidePgbench(generator, plan, server, folder);
    const grown = await growth(generator, plan, server);
    const [{ version = '' } = {}] = await sql(server.url, "SELECT split_part(version(), ' ', 2) AS version");
    return { version, rows, ...grown };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/**
 * The run and the bodies of its artifacts, readings and latest pack. It stays the same whatever Maestro asks for, so that
 * a cheaper query of Maestro's shows as a greater share.
 */
function gateQuery(runId: string): string {
  const of = (column: string) => `tenant = 'default' AND ${column} = '${runId}'`;
  return `SELECT body::text AS run,
    (SELECT string_agg(body::text, ',' ORDER BY id DESC) FROM artifacts WHERE ${of('run_id')}) AS artifacts,
    (SELECT string_agg(body::text, ',' ORDER BY artifact_id DESC) FROM readings WHERE ${of('run_id')}) AS readings,
    (SELECT body::text FROM disclosure_packs WHERE ${of('run_id')} ORDER BY id DESC LIMIT 1) AS pack
  FROM runs WHERE ${of('id')}`;
}

async function besidePgbench(
  generator: Generator,
  plan: Plan,
  { url }: PostgresServer,
  folder: string,
): Promise<OnPostgres[]> {
  const maestro = await startServer([PRODUCTION], { DATABASE_URL: url });
  const { runIds } = await generator.seed({ port: maestro.port, artifacts: plan.artifacts });
  const [{ body = '' } = {}] = await sql(url, 'SELECT body::text FROM runs LIMIT 1');
  await sql(url, 'CREATE TABLE inserted (id text COLLATE "C" PRIMARY KEY, body json)');
  await sql(url, 'CREATE TABLE selected (id bigint PRIMARY KEY, body json)');
  await sql(url, `INSERT INTO selected SELECT n, $1 FROM generate_series(1, ${plan.artifacts}) n`, [body]);
  await sql(url, 'VACUUM ANALYZE');
  const script = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, `${text.replace(/\s+/g, ' ')};\n`);
    return path;
  };
  const select = join(folder, 'select.sql');
  writeFileSync(select, `\\set n random(1, ${plan.artifacts})\nSELECT body::text FROM selected WHERE id = :n;\n`);
  const get = (rest: string) => runIds.map((id): Target => ({ method: 'GET', path: `/maestro/runs/${id}${rest}` }));
  const rows = [
    {
      name: 'POST run, beside an insert of one row with the same bytes',
      floor: 0.45,
      aim: 0.55,
      targets: [createRun(1)],
      scripts: [script('insert.sql', 'INSERT INTO inserted VALUES (gen_random_uuid()::text, :body)')],
    },
    {
      name: 'GET run, beside a select of the same bytes by primary key',
      floor: 0.29,
      aim: 0.35,
      targets: get(''),
      scripts: [select],
    },
    {
      name: 'GET release-gate, 10 artifacts, beside one query for the bodies of all that it can depend on',
      floor: 0.6,
      aim: 0.75,
      targets: get('/release-gate'),
      scripts: runIds.slice(0, RUNS_ASKED_FOR).map((id) => script(`gate-${id}.sql`, gateQuery(id))),
    },
  ];
  const measured = rows.map(({ name, floor, aim }): OnPostgres => ({ name, floor, aim, pgbench: [], ours: [] }));
  const { port } = maestro;
  const load = (targets: Target[], seconds: number) => generator.send({ port, targets, seconds, connections: CLIENTS });
  for (const { targets } of rows) await load(targets, plan.seconds);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [index, { targets, scripts }] of rows.entries()) {
      const ofPgbench = await pgbench(url, scripts, body, plan.seconds);
      measured[index]?.ours.push(await load(targets, plan.seconds));
      measured[index]?.pgbench.push(ofPgbench);
    }
  }
  await stop(maestro);
  return measured;
}

const execute = promisify(execFile);

/** Transactions a second. The run's JSON is a variable, as its colons would be taken for some. */
async function pgbench(url: string, scripts: readonly string[], body: string, seconds: number): Promise<number> {
  const { hostname, port, username, pathname } = new URL(url);
  const load = ['-n', '-M', 'prepared', '-c', String(CLIENTS), '-j', '2', '-T', String(Math.ceil(seconds))];
  const server = ['-h', hostname, '-p', port, '-U', username, pathname.slice(1)];
  const { stdout } = await execute('pgbench', [
    ...load,
    ...['-D', `body=${body}`],
    ...scripts.flatMap((path) => ['-f', path]),
    ...server,
  ]);
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
}

async function growth(generator: Generator, plan: Plan, { url }: PostgresServer) {
  const lanes: Lane[] = [];
  const servers: ServerProcess[] = [];
  for (const artifacts of [plan.smallStore, plan.bigStore]) {
    const name = `with_${artifacts}_artifacts`;
    await sql(url, `CREATE DATABASE ${name}`);
    const database = new URL(url);
    database.pathname = name;
    const server = await startServer([PRODUCTION], { DATABASE_URL: database.href });
    servers.push(server);
    // A million over HTTP would take minutes: the first thousand come that way, the others are their copies.
    await generator.seed({ port: server.port, artifacts: plan.smallStore });
    await sql(database.href, 'DELETE FROM artifacts WHERE run_id = (SELECT id FROM runs WHERE artifacts = 1000)');
    await copyRuns(database.href, artifacts / plan.smallStore - 1);
    const rows = await sql(
      database.href,
      `SELECT id FROM runs WHERE artifacts = 10 AND status = 'succeeded' ORDER BY md5(id) LIMIT ${RUNS_GROWN}`,
    );
    lanes.push({
      server,
      targets: rows.map(({ id }) => ({ method: 'GET', path: `/maestro/runs/${id}/release-gate` })),
    });
  }
  const [[small = [], big = []] = []] = await race(generator, [lanes], plan);
  await Promise.all(servers.map((server) => stop(server)));
  return { small, big };
}

/** Adds `copies` of every run with its artifacts, under ids of the same length. */
async function copyRuns(url: string, copies: number): Promise<void> {
  const of = (id: string) => `left(${id}, 28) || lpad(to_hex(n), 8, '0')`;
  const numbers = `generate_series(1, ${copies}) AS n`;
  await sql(
    url,
    `INSERT INTO runs
     SELECT tenant, ${of('id')}, owner, status, replace(body::text, id, ${of('id')})::json, bytes, artifacts, artifact_bytes
     FROM runs, ${numbers} WHERE artifacts = 10`,
  );
  await sql(
    url,
    `INSERT INTO artifacts
     SELECT tenant, ${of('id')}, ${of('run_id')},
       replace(replace(body::text, run_id, ${of('run_id')}), id, ${of('id')})::json, bytes,
       replace(for_gate::text, id, ${of('id')})::json
     FROM artifacts, ${numbers}`,
  );
  await sql(url, 'VACUUM ANALYZE');
}

async function sql(url: string, text: string, values: unknown[] = []): Promise<Record<string, string>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
