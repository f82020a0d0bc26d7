// Documents sent to a server as its callers send them, and what it has recorded of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact, CreateArtifactRequest } from '../../src/domain/artifact/artifact.ts';
import type { ReleaseGateResult } from '../../src/domain/gate/release-gate-result.ts';
import type { EvidenceReport } from '../../src/evidence/evidence-report.ts';
import { newDatabase, sql } from '../store/database.ts';

const folders: string[] = [];

/** Takes away what `newPlace` and `newFolder` made. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-evidence-'));
  folders.push(folder);
  return folder;
}

/** A new database, and a folder for content. */
export async function newPlace() {
  // On a busy machine, a hundred callers at once wait longer for the database than it is usual.
  const environment = { BLOB_URL: `file:${newFolder()}`, STATEMENT_TIMEOUT_MS: '60000' };
  return { database: (await newDatabase()).url, environment };
}

const waiting = (seconds: number) => ({ prefer: `wait=${seconds}` });

async function json<Body>(url: string, status: number, init?: RequestInit): Promise<Body> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const sent = (method: 'POST' | 'PATCH', body: object): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export async function newRun(url: string): Promise<string> {
  const { id } = await json<{ id: string }>(`${url}/maestro/runs`, 201, sent('POST', { name: 'build', owner: 'team' }));
  await json(`${url}/maestro/runs/${id}`, 200, sent('PATCH', { status: 'succeeded' }));
  return id;
}

export async function newArtifact(
  url: string,
  run_id: string,
  more: Partial<CreateArtifactRequest> = {},
): Promise<string> {
  const body = { run_id, kind: 'other', path_or_uri: 'file', ...more };
  return (await json<Artifact>(`${url}/maestro/artifacts`, 201, sent('POST', body))).id;
}

/** Sends content; the answer waits up to `seconds` for it to be read. */
export const put = (url: string, id: string, body: string | Buffer, seconds: number) =>
  json<Artifact>(`${url}/maestro/artifacts/${id}/content`, 201, { method: 'PUT', headers: waiting(seconds), body });

/** The same for a new artifact of `run_id`. */
export const send = async (url: string, run_id: string, body: string | Buffer, seconds: number) =>
  put(url, await newArtifact(url, run_id), body, seconds);

export const getArtifact = (url: string, id: string) => json<Artifact>(`${url}/maestro/artifacts/${id}`, 200);

export const getEvidence = (url: string, id: string, seconds: number) =>
  json<EvidenceReport>(`${url}/maestro/artifacts/${id}/evidence`, 200, { headers: waiting(seconds) });

export const readAgain = (url: string, id: string, seconds: number, status: 200 | 202) =>
  json<EvidenceReport>(`${url}/maestro/artifacts/${id}/evidence`, status, {
    method: 'POST',
    headers: waiting(seconds),
  });

export const inspect = (url: string, body: string | Buffer) =>
  json<EvidenceReport>(`${url}/maestro/evidence/inspect`, 200, { method: 'POST', body });

export const gate = (url: string, run_id: string, seconds: number) =>
  json<ReleaseGateResult>(`${url}/maestro/runs/${run_id}/release-gate`, 200, { headers: waiting(seconds) });

export const codesOf = ({ state, findings }: EvidenceReport) => [state, ...findings.map(({ code }) => code)];

/** What waits to be read, that which waits longest first, and whether a process has it now. */
export const waitingReadings = (database: string) =>
  sql<{ artifact_id: string; attempts: number; is_leased: boolean }>(
    database,
    `SELECT artifact_id, attempts, leased_until > clock_timestamp() AS is_leased FROM waiting_readings ORDER BY since`,
  );

/** How often the database was told that an artifact was read, by its id. */
export async function timesRead(database: string): Promise<Map<string, number>> {
  const rows = await sql<{ id: string; times: number }>(
    database,
    `SELECT body->>'artifact_id' AS id, count(*)::integer AS times FROM events
     WHERE body->>'type' = 'artifact.evidence_read' GROUP BY 1`,
  );
  return new Map(rows.map(({ id, times }) => [id, times]));
}
