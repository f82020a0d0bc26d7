// What the tests of content share: bytes, an artifact for them, and how they are sent.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Api, call, newRun, post, type TestDeps } from '../helper.ts';

export const BYTES = Buffer.from('{"bomFormat":"CycloneDX"}');
export const hex = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');
export const base64 = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('base64');

export async function anArtifact(app: Api, changes: object = {}): Promise<{ id: string; run_id: string; url: string }> {
  const { id: run_id } = await newRun(app);
  const request = { run_id, kind: 'sbom', path_or_uri: 's3://b/sbom.cdx.json', ...changes };
  const { id } = await post(app, '/maestro/artifacts', request);
  return { id, run_id, url: `/maestro/artifacts/${id}/content` };
}

export function put(app: Api, url: string, payload: Buffer, status = 201, headers: Record<string, string> = {}) {
  return call(app, status, { method: 'PUT', url, payload, headers });
}

export function eventsOf(deps: TestDeps) {
  return deps.storesFor({} as FastifyRequest).events.after(null, 1_000);
}
