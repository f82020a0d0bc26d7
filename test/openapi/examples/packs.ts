// Requests that provoke every answer of the operations on disclosure packs.
import * as story from '../../../src/openapi/examples/story.ts';
import { anywhere, type Cases, throws, withJson } from './case.ts';
import { IN_USE } from './runs.ts';

const PACK = `/maestro/disclosure-packs/${story.PACK_ID}`;
const create = { method: 'POST', url: '/maestro/disclosure-packs', payload: story.NEW_PACK } as const;

export const packs: Cases = {
  createDisclosurePack: {
    ...withJson(create),
    201: { stage: 'succeeded', request: create, time: '10:40:00.000', id: story.PACK_ID },
    404: { request: { ...create, payload: { ...story.NEW_PACK, artifact_ids: ['sbom-1042'] } } },
    409: {
      request: { ...create, headers: { 'idempotency-key': 'pipeline-4711-pack' } },
      options: { stores: { packs: { create: throws(IN_USE) } } },
    },
    422: {
      request: { ...create, payload: { ...story.NEW_PACK, artifact_ids: [story.ARTIFACT_ID, story.ARTIFACT_ID] } },
    },
  },
  listDisclosurePacks: {
    ...anywhere({ url: '/maestro/disclosure-packs' }),
    200: { request: { url: `/maestro/disclosure-packs?run_id=${story.RUN_ID}` } },
    422: { request: { url: `/maestro/disclosure-packs?run=${story.RUN_ID}` } },
  },
  getDisclosurePack: {
    ...anywhere({ url: PACK }),
    200: { request: { url: PACK } },
    304: { request: { url: PACK, headers: { 'if-none-match': '*' } } },
    404: { request: { url: '/maestro/disclosure-packs/release-1042' } },
  },
};
