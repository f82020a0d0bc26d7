// A client that goes over all routes again and again, and sends what failed once more until it is answered.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import type { ReleaseGateResult } from '../../src/domain/gate/release-gate-result.ts';
import type { Run } from '../../src/domain/run/run.ts';
import type { Handed } from './verified-run.ts';

/** A row that was made and acknowledged, as it was answered last, and how to ask for it again. */
export type Made = {
  path: string;
  key: string;
  request: object;
  created: { id: string };
  latest: object;
};

export type Client = {
  made: Made[];
  /** Ids of artifacts whose content was acknowledged, and its bytes. */
  sent: Map<string, Uint8Array>;
  /** Ids of runs whose gate must pass in the end, and of those that lack something. */
  whole: string[];
  lacking: string[];
  /** Answers other than success, by status and code. */
  refused: Map<string, number>;
  /** Method and route of everything that was answered with success. */
  answered: Set<string>;
  passedWhileLacking: string[];
};

export const newClient = (): Client => ({
  made: [],
  sent: new Map(),
  whole: [],
  lacking: [],
  refused: new Map(),
  answered: new Set(),
  passedWhileLacking: [],
});

type Asked = { key?: string; json?: object; bytes?: Uint8Array; seconds?: number };

async function ask<Answer>(client: Client, url: string, route: string, id: string, asked: Asked = {}): Promise<Answer> {
  const [method = '', template = ''] = route.split(' ');
  const headers: Record<string, string> = {};
  if (asked.json !== undefined) headers['content-type'] = 'application/json';
  if (asked.bytes !== undefined) headers['content-type'] = 'application/octet-stream';
  if (asked.key !== undefined) headers['idempotency-key'] = asked.key;
  if (asked.seconds !== undefined) headers.prefer = `wait=${asked.seconds}`;
  const body = asked.bytes ?? (asked.json === undefined ? null : JSON.stringify(asked.json));
  for (;;) {
    const response = await fetch(url + template.replace(/\{\w+\}/, id), { method, headers, body } as RequestInit);
    const text = await response.text();
    if (response.ok) {
      client.answered.add(route);
      return (response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as Answer;
    }
    const refusal = `${response.status} ${text.startsWith('{') ? JSON.parse(text).type : text.slice(0, 200)} ${route}`;
    client.refused.set(refusal, (client.refused.get(refusal) ?? 0) + 1);
    await sleep(20);
  }
}

/** One run with what belongs to it: everything that is handed in, or all but the last of it. */
export async function goOver(client: Client, url: string, name: string, handed: readonly Handed[], isWhole: boolean) {
  const at = <Answer>(route: string, id = '', asked?: Asked) => ask<Answer>(client, url, route, id, asked);
  async function make<Row extends { id: string }>(path: string, key: string, request: object): Promise<Row> {
    const created = await at<Row>(`POST ${path}`, '', { key, json: request });
    client.made.push({ path, key, request, created, latest: created });
    return created;
  }

  const run = await make<Run>('/maestro/runs', `${name}-run`, { name, owner: 'team' });
  client[isWhole ? 'whole' : 'lacking'].push(run.id);
  const mine = client.made.at(-1) as Made;
  const change = async (json: object) => {
    mine.latest = await at<Run>('PATCH /maestro/runs/{run_id}', run.id, { json });
  };
  await change({ status: 'running', metadata: { name } });
  for (const { id, bytes } of isWhole ? handed : handed.slice(0, -1)) {
    const body = { run_id: run.id, kind: 'other', path_or_uri: id };
    const artifact = await make<Artifact>('/maestro/artifacts', `${name}-${id}`, body);
    await at('PUT /maestro/artifacts/{artifact_id}/content', artifact.id, { bytes, seconds: 1 });
    client.sent.set(artifact.id, bytes);
    await at('GET /maestro/artifacts/{artifact_id}', artifact.id);
    await at('GET /maestro/artifacts/{artifact_id}/content', artifact.id);
    await at('GET /maestro/artifacts/{artifact_id}/evidence', artifact.id, { seconds: 0 });
    if (id === 'sbom') await at('POST /maestro/artifacts/{artifact_id}/evidence', artifact.id, { seconds: 0 });
  }
  const pack = await make('/maestro/disclosure-packs', `${name}-pack`, { run_id: run.id, summary: 'all' });
  await at('GET /maestro/disclosure-packs/{pack_id}', pack.id);
  await change({ status: 'succeeded' });
  const { passed } = await at<ReleaseGateResult>('GET /maestro/runs/{run_id}/release-gate', run.id, { seconds: 1 });
  if (passed && !isWhole) client.passedWhileLacking.push(run.id);
  await at('POST /maestro/evidence/inspect', '', { bytes: handed.at(-1)?.bytes ?? new Uint8Array() });
  const { id: token } = await at<{ id: string }>('POST /maestro/tokens', '', { json: { name, roles: ['reporter'] } });
  await at('GET /maestro/tokens/{token_id}', token);
  await at('POST /maestro/tokens/{token_id}/rotate', token, { json: { grace_seconds: 60 } });
  await at('DELETE /maestro/tokens/{token_id}', token);
  for (const route of READS) await at(route, run.id);
}

const READS = [
  'GET /maestro/runs',
  'GET /maestro/runs/{run_id}',
  'GET /maestro/runs/{run_id}/manifest',
  'GET /maestro/artifacts',
  'GET /maestro/disclosure-packs',
  'GET /maestro/tokens',
  'GET /maestro/whoami',
  'GET /maestro/trust',
  'GET /maestro/jobs',
];
