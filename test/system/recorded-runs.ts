// Requests about runs that are recorded.
import { bad, get, patch, post, type Step } from './recorded-requests.ts';

const RUNS = '/maestro/runs';
const A_RUN = { name: 'build', owner: 'team' };
const KEY = { 'idempotency-key': 'pipeline-4711' };
const long = (length: number) => 'x'.repeat(length);

const created: Step[] = [
  post('a run', RUNS, A_RUN, { as: 'run' }),
  post('a run with all fields', RUNS, {
    ...{ name: 'payment-api build 1042', owner: 'team-payments', cost_estimate: 1.5 },
    ...{ related_entity_ids: ['entity-42'], related_decision_ids: ['decision-7', 'decision-8'] },
    metadata: { commit: '4f2a9c1', nested: { list: [1, null, true, 1e3, 'ü'] } },
  }),
  post('a run of nulls', RUNS, { ...A_RUN, cost_estimate: null, related_entity_ids: null, metadata: null }),
  post('a run with a key', RUNS, A_RUN, { headers: KEY, as: 'keyed run' }),
  post('the same with the key', RUNS, A_RUN, { headers: KEY }),
  post('the same with the key in quotes', RUNS, A_RUN, { headers: { 'idempotency-key': '"pipeline-4711"' } }),
  post('another with the key', RUNS, { ...A_RUN, name: 'other' }, { headers: KEY }),
  post('an empty key', RUNS, A_RUN, { headers: { 'idempotency-key': '' } }),
  post('a key that is too long', RUNS, A_RUN, { headers: { 'idempotency-key': long(256) } }),
  post('a run to fail', RUNS, { name: 'build 2', owner: 'team' }, { as: 'failed run' }),
  post('a run to cancel', RUNS, { name: 'build 3', owner: 'team' }, { as: 'cancelled run' }),
  post('a run to succeed', RUNS, { name: 'build 4', owner: 'others' }, { as: 'succeeded run' }),
  post('a run without artifacts', RUNS, { name: 'build 5', owner: 'others' }, { as: 'empty run' }),
];

const refused: Step[] = [
  ...bad('a run', 'POST', RUNS, {
    'a misspelt field': { ...A_RUN, ownr: 'team' },
    'a misspelt field instead of the right one': { name: 'build', ownr: 'team' },
    'no fields': {},
    'an empty name': { ...A_RUN, name: '' },
    'blanks for a name': { ...A_RUN, name: '  ' },
    'a number for a name': { ...A_RUN, name: 1 },
    'null for a name': { ...A_RUN, name: null },
    'a name that is too long': { ...A_RUN, name: long(1_025) },
    'NUL in a name': { ...A_RUN, name: 'a\u0000b' },
    'text for a cost': { ...A_RUN, cost_estimate: '1.5' },
    'a negative cost': { ...A_RUN, cost_estimate: -1 },
    'a huge cost': { ...A_RUN, cost_estimate: 1e300 },
    'a list for metadata': { ...A_RUN, metadata: [] },
    'metadata that is too large': { ...A_RUN, metadata: { log: long(70_000) } },
    'an id twice': { ...A_RUN, related_entity_ids: ['a', 'a'] },
    'ids that are no list': { ...A_RUN, related_entity_ids: 'a' },
    'an empty id': { ...A_RUN, related_decision_ids: [''] },
    'several faults': { name: '', owner: 2, cost_estimate: 'x', statuss: 'pending' },
    'a status': { ...A_RUN, status: 'running' },
    'a list': [A_RUN],
    null: null,
    text: 'build',
  }),
];

const changed: Step[] = [
  patch('to running', '{run}', { status: 'running' }, { as: 'run' }),
  patch('to running again', '{run}', { status: 'running' }),
  patch('back to pending', '{run}', { status: 'pending' }),
  patch('nothing', '{run}', {}),
  patch('nulls', '{run}', { status: null, finished_at: null, cost_actual: null, metadata: null }),
  patch('the end of a running run', '{run}', { finished_at: '2026-01-31T10:30:00Z' }),
  patch(
    'a cost',
    '{run}',
    { cost_actual: 0.125, metadata: { log: 'b' } },
    { headers: { 'if-match': '{etag of run}' } },
  ),
  patch('with an old ETag', '{run}', { cost_actual: 1 }, { headers: { 'if-match': '{etag of run}' } }),
  patch('with a weak ETag', '{run}', { cost_actual: 1 }, { headers: { 'if-match': 'W/{etag of run}' } }),
  patch('with any ETag', '{run}', { cost_actual: 2 }, { headers: { 'if-match': '*' } }),
  patch('with a bad ETag', '{run}', { cost_actual: 2 }, { headers: { 'if-match': 'abc' } }),
  patch('to succeeded', '{succeeded run}', { status: 'succeeded', cost_actual: 1.42 }),
  patch('the cost of a finished run', '{succeeded run}', { cost_actual: 1.43 }),
  patch('the end of a finished run', '{succeeded run}', { finished_at: '2026-01-31T10:30:00Z' }),
  patch('from succeeded to running', '{succeeded run}', { status: 'running' }),
  patch('from succeeded to failed', '{succeeded run}', { status: 'failed' }),
  patch('to failed at a time', '{failed run}', { status: 'failed', finished_at: '2099-01-31T10:30:00+01:00' }),
  patch('to failed before it began', '{failed run}', { status: 'failed', finished_at: '2026-01-31T10:30:00+01:00' }),
  patch('to failed', '{failed run}', { status: 'failed' }),
  patch('to cancelled', '{cancelled run}', { status: 'cancelled', metadata: { why: 'superseded' } }),
  patch('the empty run to succeeded', '{empty run}', { status: 'succeeded' }),
  patch('an unknown run', 'build-1042', { status: 'failed' }),
  ...bad('an update', 'PATCH', `${RUNS}/{run}`, {
    'an unknown status': { status: 'success' },
    'a misspelt field': { stauts: 'failed' },
    'a field that never changes': { name: 'other' },
    'a bad time': { status: 'failed', finished_at: 'yesterday' },
    'an impossible time': { status: 'failed', finished_at: '2026-02-30T10:30:00Z' },
    'a list': [],
  }),
];

const listed: Step[] = [
  get('two runs', `${RUNS}?limit=2`, { as: 'runs' }),
  get('the next two', '{page after runs}', { as: 'more runs' }),
  get('two more', '{page after more runs}'),
  get('all runs', RUNS),
  get('runs of an owner', `${RUNS}?owner=others`),
  get('runs of a status', `${RUNS}?status=failed`),
  get('runs of both', `${RUNS}?owner=team&status=cancelled&limit=1000`),
  get('runs of nobody', `${RUNS}?owner=nobody`),
  ...['limit=0', 'limit=1001', 'limit=two', 'limit=1&limit=2', 'cursor=x', 'status=done', 'staus=failed', 'owner='].map(
    (query) => get(`runs with ${query}`, `${RUNS}?${query}`),
  ),
  get('a run', `${RUNS}/{run}`, { as: 'run now' }),
  get('a run of a change', `${RUNS}/{run}`, { headers: { 'if-none-match': '{etag of run}' } }),
  get('a run as it was had', `${RUNS}/{run}`, { headers: { 'if-none-match': '"a", {etag of run now}' } }),
  get('a run as it was had, weakly', `${RUNS}/{run}`, { headers: { 'if-none-match': 'W/{etag of run now}' } }),
  get('a run that is there', `${RUNS}/{run}`, { headers: { 'if-none-match': '*' } }),
  get('a run by a bad ETag', `${RUNS}/{run}`, { headers: { 'if-none-match': 'abc' } }),
  get('the head of a run', `${RUNS}/{run}`, { method: 'HEAD' }),
  get('an unknown run', `${RUNS}/build-1042`),
  get('the head of an unknown run', `${RUNS}/build-1042`, { method: 'HEAD' }),
  get('an odd id of a run', `${RUNS}/a%2Fb%20%C3%BC%00`),
  get('no id of a run', `${RUNS}/`),
  get('a run with a parameter', `${RUNS}/{run}?fields=id`),
];

export const runs: Step[] = [...created, ...refused, ...changed, ...listed];
