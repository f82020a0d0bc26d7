// Requests that provoke every answer of the operations on runs.
import { MaestroError } from '../../../src/domain/errors.ts';
import * as story from '../../../src/openapi/examples/story.ts';
import { anywhere, type Cases, throws, withJson } from './case.ts';

const RUN = `/maestro/runs/${story.RUN_ID}`;
const NO_RUN = '/maestro/runs/build-1042';
const create = { method: 'POST', url: '/maestro/runs', payload: story.NEW_RUN } as const;
const update = { method: 'PATCH', url: RUN, payload: story.FINISHED_RUN } as const;
const KEY = { 'idempotency-key': 'pipeline-4711' };

/** What a create answers to a key that another request has in hand, which only PostgreSQL waits for in vain. */
export const IN_USE = new MaestroError(
  'idempotency_key_in_use',
  'A request with this Idempotency-Key is still being processed',
);

export const runs: Cases = {
  createRun: {
    ...withJson(create),
    201: { stage: 'nothing', request: create, time: '10:00:00.000', id: story.RUN_ID },
    409: {
      stage: 'nothing',
      request: { ...create, headers: KEY },
      options: { stores: { runs: { create: throws(IN_USE) } } },
    },
    422: { request: { ...create, payload: { ...story.NEW_RUN, name: '', ownr: 'team-payments' } } },
  },
  listRuns: {
    ...anywhere({ url: '/maestro/runs' }),
    200: {
      earlier: [{ ...create, payload: { ...story.NEW_RUN, name: 'payment-api build 1041' } }],
      request: { url: '/maestro/runs?owner=team-payments&limit=1' },
    },
    422: { request: { url: '/maestro/runs?staus=succeeded' } },
  },
  getRun: {
    ...anywhere({ url: RUN }),
    200: { request: { url: RUN } },
    304: { request: { url: RUN, headers: { 'if-none-match': '*' } } },
    404: { request: { url: NO_RUN } },
  },
  updateRun: {
    ...withJson(update),
    200: { stage: 'content', request: update, time: '10:30:00.000' },
    404: { request: { ...update, url: NO_RUN } },
    409: { request: { ...update, payload: { status: 'running' } } },
    412: { request: { ...update, headers: { 'if-match': '"yvWTLFmeI-cHTcqLfTjvtw"' } } },
    422: { stage: 'run', request: { ...update, payload: { ...story.FINISHED_RUN, status: 'success' } } },
    428: { request: update, options: { deps: () => ({ requireIfMatch: true }) } },
  },
  getRunManifest: {
    ...anywhere({ url: `${RUN}/manifest` }),
    200: { request: { url: `${RUN}/manifest` } },
    404: { request: { url: `${NO_RUN}/manifest` } },
  },
  checkReleaseGate: {
    ...anywhere({ url: `${RUN}/release-gate` }),
    200: { request: { url: `${RUN}/release-gate` } },
    404: { request: { url: `${NO_RUN}/release-gate` } },
    409: { stage: 'artifact', request: { url: `${RUN}/release-gate?enforce=true` } },
    422: { request: { url: `${RUN}/release-gate?enforce=yes` } },
  },
};
