// Requests that provoke every answer of the operations on artifacts.
import * as story from '../../../src/openapi/examples/story.ts';
import { anywhere, type Cases, withJson } from './case.ts';

const ARTIFACT = `/maestro/artifacts/${story.ARTIFACT_ID}`;
const create = { method: 'POST', url: '/maestro/artifacts', payload: story.NEW_ARTIFACT } as const;

export const artifacts: Cases = {
  createArtifact: {
    ...withJson(create),
    201: { stage: 'run', request: create, time: '10:05:00.000', id: story.ARTIFACT_ID },
    404: { stage: 'nothing', request: create },
    409: { request: create, options: { changes: { maxArtifactsPerRun: 1 } } },
    422: { request: { ...create, payload: { ...story.NEW_ARTIFACT, kind: 'bom' } } },
  },
  listArtifacts: {
    ...anywhere({ url: '/maestro/artifacts' }),
    200: { request: { url: `/maestro/artifacts?run_id=${story.RUN_ID}` } },
    422: { request: { url: '/maestro/artifacts?limit=0' } },
  },
  getArtifact: {
    ...anywhere({ url: ARTIFACT }),
    200: { request: { url: ARTIFACT } },
    304: { request: { url: ARTIFACT, headers: { 'if-none-match': '*' } } },
    404: { request: { url: '/maestro/artifacts/sbom-1042' } },
  },
};
