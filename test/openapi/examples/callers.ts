// Requests that provoke every answer of the operations on callers and their tokens.
import * as story from '../../../src/openapi/examples/story.ts';
import { AWAY, anywhere, type Cases, DEFECT, neverEnding, QUICK, unableToSignIn, withJson, withToken } from './case.ts';

const whoami = { url: '/maestro/whoami' };
const TOKEN_URL = `/maestro/tokens/${story.TOKEN_ID}`;
const NO_TOKEN_URL = '/maestro/tokens/payment-api';
const create = { method: 'POST', url: '/maestro/tokens', payload: story.NEW_TOKEN } as const;
const rotate = { method: 'POST', url: `${TOKEN_URL}/rotate`, payload: story.ROTATION } as const;
const revoke = { method: 'DELETE', url: TOKEN_URL } as const;

const fail = (error: Error): never => {
  throw error;
};

export const callers: Cases = {
  getWhoami: {
    ...anywhere(whoami),
    200: { request: whoami },
    500: { request: whoami, options: { deps: () => ({ principalOf: () => fail(DEFECT) }) } },
    503: { request: withToken(whoami), options: unableToSignIn(AWAY) },
  },
  createToken: {
    ...withJson(create),
    201: { request: create, time: '10:50:00.000', id: story.TOKEN_ID },
    422: { request: { ...create, payload: { ...story.NEW_TOKEN, roles: ['writer'] } } },
  },
  rotateToken: {
    ...withJson(rotate),
    200: { stage: 'token', request: rotate, time: '11:00:00.000' },
    404: { request: { ...rotate, url: `${NO_TOKEN_URL}/rotate` } },
    409: { stage: 'token', before: [revoke], request: rotate },
    422: { stage: 'token', request: { ...rotate, payload: { grace_seconds: 2_592_000 } } },
  },
  revokeToken: {
    ...anywhere(revoke),
    204: { stage: 'token', request: revoke },
    404: { request: { ...revoke, url: NO_TOKEN_URL } },
    408: { stage: 'nothing', request: neverEnding(revoke, 'application/json'), options: QUICK },
    413: { request: { ...revoke, payload: { reason: 'x'.repeat(1_024) } } },
    415: { request: { ...revoke, payload: { reason: 'leaked' } } },
  },
  listTokens: {
    ...anywhere({ url: '/maestro/tokens' }),
    200: { stage: 'token', request: { url: '/maestro/tokens' } },
    422: { request: { url: '/maestro/tokens?limit=0' } },
  },
  getToken: {
    ...anywhere({ url: TOKEN_URL }),
    200: { stage: 'token', request: { url: TOKEN_URL } },
    404: { request: { url: NO_TOKEN_URL } },
  },
};
