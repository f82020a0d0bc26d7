// Requests that provoke every answer of the operations on callers and their tokens.
import { MaestroError } from '../../../src/domain/errors.ts';
import * as story from '../../../src/openapi/examples/story.ts';
import { callerWith } from '../../auth/tokens.ts';
import { anywhere, type Case, type Cases, withJson } from './case.ts';

const TOKEN = `/maestro/tokens/${story.TOKEN_ID}`;
const NO_TOKEN = '/maestro/tokens/pipeline-4711';
const create = { method: 'POST', url: '/maestro/tokens', payload: story.NEW_TOKEN } as const;
const rotate = { method: 'POST', url: `${TOKEN}/rotate`, payload: story.ROTATION } as const;
const revoke = { method: 'DELETE', url: TOKEN } as const;
const whoami = { url: '/maestro/whoami' };

const { 400: badQuery, 403: forbidden, 422: unknownParameter } = anywhere(whoami) as Record<400 | 403 | 422, Case>;

/** A caller who administers, but does not operate. */
const byAdmin = { deps: () => ({ principalOf: () => callerWith(['admin']) }) };

export const tokens: Cases = {
  getWhoami: {
    200: { request: whoami },
    400: badQuery,
    403: forbidden,
    422: unknownParameter,
    500: {
      reason: 'it asks nothing that could fail',
      error: new MaestroError('internal_error', 'Something went wrong; the server log has the details'),
    },
    503: {
      reason: 'it asks nothing that could be away',
      error: new MaestroError('store_unavailable', 'The store does not answer; try again'),
    },
  },
  createToken: {
    ...withJson(create),
    201: { stage: 'pack', request: create, time: '10:45:00.000', id: story.TOKEN_ID },
    403: { request: { ...create, payload: { ...story.NEW_TOKEN, roles: ['operator'] } }, options: byAdmin },
    422: { request: { ...create, payload: { ...story.NEW_TOKEN, role: 'reporter' } } },
  },
  listTokens: {
    ...anywhere({ url: '/maestro/tokens' }),
    200: { stage: 'token', request: { url: '/maestro/tokens' } },
    422: { request: { url: '/maestro/tokens?status=active' } },
  },
  getToken: {
    ...anywhere({ url: TOKEN }),
    200: { stage: 'token', request: { url: TOKEN } },
    404: { request: { url: NO_TOKEN } },
  },
  rotateToken: {
    ...withJson(rotate),
    200: { stage: 'token', request: rotate, time: '11:00:00.000' },
    404: { request: { ...rotate, url: `${NO_TOKEN}/rotate` } },
    409: { stage: 'token', before: [revoke], request: rotate },
    422: { request: { ...rotate, payload: { grace_seconds: 2_592_000 } } },
  },
  revokeToken: {
    ...withJson(revoke),
    204: { stage: 'token', request: revoke, time: '11:00:00.000' },
    404: { request: { ...revoke, url: NO_TOKEN } },
    413: { request: { ...revoke, headers: { 'content-type': 'application/json' }, payload: `"${'x'.repeat(2_000)}"` } },
  },
};
