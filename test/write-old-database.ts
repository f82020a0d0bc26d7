// Writes a database with the compiled server of this commit, for later commits to answer from: rows-of-maestro-3.json.
// It is run at the commit whose database is to be kept, not with every change.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { setup } from './build.ts';
import {
  type Asked,
  ask,
  exportFiles,
  exportRows,
  loadRows,
  type OldDatabase,
  writeOld,
} from './system/old-database.ts';
import { newServer, SERVER, startMaestro, stopAll } from './system/processes.ts';
import { artifacts, packs } from './system/recorded-artifacts.ts';
import { allFormats, assertedGates, verifiedGates } from './system/recorded-evidence.ts';
import { patch, post, put } from './system/recorded-requests.ts';
import { runs } from './system/recorded-runs.ts';
import { PATIENT } from './system/recorded-servers.ts';
import { DOCUMENTS, play, type Step } from './system/recordings.ts';

setup();
const folder = mkdtempSync(join(tmpdir(), 'maestro-old-'));
const content = join(folder, 'content');
mkdirSync(content);
const TRUST_FILE = join(folder, 'trust.json');
writeFileSync(TRUST_FILE, JSON.stringify(DOCUMENTS.trust));
const settings = { ...PATIENT, TRUST_FILE, GATE_MINIMUM_LEVEL: 'verified', BLOB_URL: `file:${content}` };

const server = await newServer();
const database = async (name: string) => {
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
};

const AN_ARTIFACT = { kind: 'other', path_or_uri: 'file' };
const EVERYTHING: Step[] = [...runs, ...artifacts, ...packs, ...assertedGates, ...allFormats, ...verifiedGates];
const TO_DELETE: Step[] = [
  post('a run to delete', '/maestro/runs', { name: 'deleted', owner: 'team' }, { as: 'deleted' }),
  post('its artifact', '/maestro/artifacts', { run_id: '{deleted}', ...AN_ARTIFACT }, { as: 'of deleted' }),
  put('of deleted', 'json'),
  patch('it', '{deleted}', { status: 'failed' }),
];
const PENDING: Step[] = [
  post('a run that waits', '/maestro/runs', { name: 'waiting', owner: 'team' }, { as: 'waiting' }),
  post('an artifact that waits', '/maestro/artifacts', { run_id: '{waiting}', ...AN_ARTIFACT }, { as: 'waits' }),
  put('waits', 'cyclonedx-json', { headers: { prefer: 'wait=0' } }),
  patch('the run that waits', '{waiting}', { status: 'succeeded' }),
];

// Whatever comes is leased for ever, as by a process that is at it.
const HOLD = `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN NEW.leased_until := 'infinity'; RETURN NEW; END $$;
  CREATE TRIGGER hold BEFORE INSERT ON waiting_readings FOR EACH ROW EXECUTE FUNCTION hold();`;
const LET_GO = 'DROP TRIGGER hold ON waiting_readings; DROP FUNCTION hold();';
// So that prune, which takes dates in the past alone, deletes it.
const AGE = `UPDATE runs SET ended_at = '2026-01-02T00:00:00.000Z', body = regexp_replace(body::text,
  '"started_at":"[^"]*"', '"started_at":"2026-01-01T00:00:00.000Z"')::json WHERE body->>'name' = 'deleted'`;
// Keys are forgotten after a day; these are remembered for ever.
const REMEMBER = `UPDATE idempotency_keys SET at = '9999-12-31T00:00:00.000Z'`;

async function written(): Promise<OldDatabase> {
  const url = await database('written');
  const maestro = await startMaestro(url, settings);
  const place = { name: 'old', url: maestro.url, folder: content };
  const { trust_digest } = (await (await fetch(`${maestro.url}/ready`)).json()) as { trust_digest: string };
  const client = new pg.Client(url);
  await client.connect();
  await play(place, [...EVERYTHING, ...TO_DELETE]);
  await client.query(HOLD);
  await play(place, PENDING);
  await client.query(LET_GO);
  await client.query(AGE);
  await client.query(REMEMBER);
  await maestro.stop();
  execFileSync(process.execPath, [SERVER, 'prune', '2026-01-31'], { env: { ...process.env, DATABASE_URL: url } });
  const { rows } = await client.query('SELECT max(number) AS migration FROM migrations');
  const all = { migration: Number(rows[0].migration), trust_digest, ...(await exportRows(client)) };
  await client.end();
  return { ...all, files: exportFiles(content), asked: [] };
}

const idsOf = ({ tables }: OldDatabase, table: string) => {
  const { columns, rows } = tables[table] as OldDatabase['tables'][string];
  return rows.map((row) => row[columns.indexOf('id')] as string).sort();
};

function everyGet(old: OldDatabase): string[] {
  const [runIds, artifactIds, packIds] = [idsOf(old, 'runs'), idsOf(old, 'artifacts'), idsOf(old, 'disclosure_packs')];
  return [
    ...runIds.flatMap((id) => ['', '/release-gate', '/manifest'].map((path) => `/maestro/runs/${id}${path}`)),
    ...runIds.flatMap((id) => [`/maestro/artifacts?run_id=${id}`, `/maestro/disclosure-packs?run_id=${id}`]),
    ...runIds.slice(0, 2).map((id) => `/maestro/runs/${id}/release-gate?enforce=true`),
    ...artifactIds.flatMap((id) => ['', '/content', '/evidence'].map((path) => `/maestro/artifacts/${id}${path}`)),
    ...packIds.map((id) => `/maestro/disclosure-packs/${id}`),
    ...['runs', 'disclosure-packs', 'runs?owner=team', 'runs?owner=others'].map((path) => `/maestro/${path}`),
    ...['pending', 'running', 'succeeded', 'failed', 'cancelled'].map((status) => `/maestro/runs?status=${status}`),
  ];
}

/** A list page by page. */
async function pages(url: string, path: string): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    asked.push(await ask(url, { method: 'GET', url: next }));
    const link: string = (await fetch(`${url}${next}`)).headers.get('link') ?? '';
    [, next] = /<([^>]*)>; rel="next"/.exec(link) ?? [];
  }
  return asked;
}

const REPLAYS = EVERYTHING.filter(({ headers }) => headers?.['idempotency-key'] === 'pipeline-4711');

async function asked(old: OldDatabase): Promise<Asked[]> {
  const url = await database('loaded');
  await loadRows(url, old);
  const maestro = await startMaestro(url, settings);
  const answers: Asked[] = [];
  for (const path of everyGet(old)) answers.push(await ask(maestro.url, { method: 'GET', url: path }));
  const [run] = idsOf(old, 'runs');
  for (const path of ['runs?limit=4', `artifacts?run_id=${run}&limit=5`, 'disclosure-packs?limit=2'])
    answers.push(...(await pages(maestro.url, `/maestro/${path}`)));
  for (const { url: path, json } of REPLAYS) {
    const sent = JSON.stringify(json).replaceAll('{run}', run ?? '');
    answers.push(await ask(maestro.url, { method: 'POST', url: path, key: 'pipeline-4711', sent }));
  }
  await maestro.stop();
  return answers;
}

const old = await written();
writeOld({ ...old, asked: await asked(old) });
await stopAll();
rmSync(folder, { recursive: true });
