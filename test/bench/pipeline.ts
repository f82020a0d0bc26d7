// One pipeline as a CI system drives it, from its first call to the verdict of the release gate.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { ReleaseGateResult } from '../../src/domain/gate/release-gate-result.ts';
import { type Uploads, uploadsOf } from './pipeline-documents.ts';
import { createRun } from './seed.ts';

/** Pipelines from number `first` on, so many of them at a time. */
export type Pipelines = { port: number; first: number; count: number; sideBySide: number };
/** How long each took, in the order in which they ended, and all of them together. */
export type PipelinesDone = { ms: number[]; seconds: number };

/** `documents`: the ids of the artifacts whose content is to be read. */
type PipelineDone = { ms: number; documents: string[] };

type Body = Buffer | object | null;
type Call = <Answer>(method: string, path: string, body: Body, headers?: Record<string, string>) => Promise<Answer>;

export async function runPipelines({ port, first, count, sideBySide }: Pipelines): Promise<PipelinesDone> {
  const waiting = Array.from({ length: count }, (_, index) => uploadsOf(first + index));
  const done: PipelineDone[] = [];
  const runOn = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) done.push(await runPipeline(port, next));
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: sideBySide }, runOn));
  const seconds = (performance.now() - began) / 1_000;
  // This takes no time from those that are measured.
  for (const { documents } of done) await requireRead(port, documents);
  return { ms: done.map(({ ms }) => ms), seconds };
}

/** Rejects unless every answer is 2xx and the gate passes with nothing left to be read. */
async function runPipeline(port: number, uploads: Uploads): Promise<PipelineDone> {
  // Each CI job opens a connection of its own, and keeps it.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call: Call = (...args) => send(agent, port, ...args);
  try {
    const began = performance.now();
    const documents = await fromFirstCallToVerdict(call, uploads);
    return { ms: performance.now() - began, documents };
  } finally {
    agent.destroy();
  }
}

async function fromFirstCallToVerdict(call: Call, uploads: Uploads): Promise<string[]> {
  const { path, body } = createRun(1);
  const run = await call<{ id: string }>('POST', path, Buffer.from(body ?? ''), JSON_TYPE);
  await call('PATCH', `${path}/${run.id}`, { status: 'running' });
  const ids: string[] = [];
  for (const { kind, path: path_or_uri, declared } of uploads) {
    const artifact = { run_id: run.id, kind, path_or_uri, about: ids.slice(0, 1), metadata_json: declared };
    const { id } = await call<{ id: string }>('POST', '/maestro/artifacts', artifact);
    ids.push(id);
  }
  for (const [index, { bytes, mediaType }] of uploads.entries())
    await call('PUT', `/maestro/artifacts/${ids[index]}/content`, bytes, { 'content-type': mediaType });
  await call('PATCH', `${path}/${run.id}`, { status: 'succeeded', cost_actual: 1.42 });
  const gate = await call<ReleaseGateResult>('GET', `${path}/${run.id}/release-gate`, null, { prefer: 'wait=30' });
  if (!gate.passed || gate.details.pending_artifacts !== 0) throw new Error(`The gate: ${JSON.stringify(gate)}`);
  return ids.slice(1);
}

/** Rejects unless the documents were read and are valid. */
async function requireRead(port: number, documents: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (const id of documents) {
    const path = `/maestro/artifacts/${id}/evidence`;
    const { state, valid } = await send<{ state: string; valid: boolean }>(agent, port, 'GET', path, null);
    if (state !== 'read' || !valid) throw new Error(`A document of a pipeline: ${state}, valid: ${valid}`);
  }
  agent.destroy();
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function send<Answer>(
  agent: Agent,
  port: number,
  method: string,
  path: string,
  body: Body,
  headers: Record<string, string> = JSON_TYPE,
): Promise<Answer> {
  const bytes = Buffer.isBuffer(body) || body === null ? body : Buffer.from(JSON.stringify(body));
  const length = bytes === null ? {} : { 'content-length': String(bytes.length) };
  const sent = request({ host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...length } });
  sent.end(bytes ?? undefined);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const status = response.statusCode ?? 0;
  if (status < 200 || status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text);
}
