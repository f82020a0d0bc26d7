// Requests about callers and their tokens that are recorded.
import { bad, get, post, type Step } from './recorded-requests.ts';

const TOKENS = '/maestro/tokens';
const A_TOKEN = { name: 'payment-api pipeline', roles: ['reporter'] };
const KEY = { 'idempotency-key': 'pipeline-4711' };

const revoke = (name: string, url: string): Step => ({ name: `DELETE ${name}`, method: 'DELETE', url });
const rotate = (name: string, token: string, json: unknown, more: Partial<Step> = {}): Step =>
  post(name, `${TOKENS}/${token}/rotate`, json, more);

export const callers: Step[] = [
  get('who calls', '/maestro/whoami'),
  post('a token', TOKENS, { ...A_TOKEN, owners: ['team-payments', 'web/*'] }, { as: 'token' }),
  post('a token of nulls', TOKENS, { ...A_TOKEN, roles: ['admin', 'operator'], owners: null, expires_at: null }),
  post('a token with a key', TOKENS, A_TOKEN, { headers: KEY }),
  ...bad('a token', 'POST', TOKENS, {
    'a misspelt field': { ...A_TOKEN, role: 'reporter' },
    'an id': { ...A_TOKEN, id: 'token-1' },
    'a tenant': { ...A_TOKEN, tenant: 'other' },
    'no role': { ...A_TOKEN, roles: [] },
    'an unknown role': { ...A_TOKEN, roles: ['root'] },
    'a role twice': { ...A_TOKEN, roles: ['reader', 'reader'] },
    'no owner': { ...A_TOKEN, owners: [] },
    'a pattern with two * in a segment': { ...A_TOKEN, owners: ['*a*'] },
    'an end in the past': { ...A_TOKEN, expires_at: '2020-01-31T10:00:00Z' },
    'no fields': {},
  }),
  get('a token', `${TOKENS}/{token}`),
  get('an unknown token', `${TOKENS}/pipeline-4711`),
  rotate('rotation with a grace period', '{token}', { grace_seconds: 60 }),
  rotate('rotation with a longer grace period than there is', '{token}', { grace_seconds: 604_801 }),
  rotate('rotation with part of a second', '{token}', { grace_seconds: 0.5 }),
  rotate('rotation with roles', '{token}', { roles: ['admin'] }),
  rotate('rotation with a key', '{token}', {}, { headers: KEY }),
  rotate('rotation of an unknown token', 'pipeline-4711', {}),
  rotate('rotation', '{token}', {}),
  revoke('a token', `${TOKENS}/{token}`),
  revoke('the same token', `${TOKENS}/{token}`),
  revoke('an unknown token', `${TOKENS}/pipeline-4711`),
  rotate('rotation of a revoked token', '{token}', {}),
  get('one token', `${TOKENS}?limit=1`, { as: 'tokens' }),
  get('the next token', '{page after tokens}'),
  get('tokens with a misspelt parameter', `${TOKENS}?state=active`),
];
