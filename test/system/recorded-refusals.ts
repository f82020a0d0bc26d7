// Requests that the edge answers, whatever the store holds, and those that only certain settings refuse.
import { get, patch, post, put, type Step } from './recorded-requests.ts';

const RUNS = '/maestro/runs';
const A_RUN = { name: 'build', owner: 'team' };
const JSON_TYPE = { 'content-type': 'application/json' };
const HTML = { headers: { accept: 'text/html' } };

const POST_RUN = 'POST /maestro/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

const raw = (name: string, text: string): Step => ({ name, url: '', raw: text });

const body = (name: string, text: string, headers: Record<string, string> = JSON_TYPE): Step => ({
  ...{ name, method: 'POST', url: RUNS, text, headers },
});

const bodies: Step[] = [
  body('a body that is cut off', '{"name": "build", "owner": '),
  body('a body with a key twice', '{"name": "payment-api", "name": "payment-ui"}'),
  body('a body with a comma too many', '{"name": "build", "owner": "team",}'),
  body('a body with __proto__', '{"name": "build", "owner": "team", "__proto__": {"x": 1}}'),
  body('a body with half a character', '{"name": "\\ud800", "owner": "team"}'),
  body('a body with a huge number', '{"name": "build", "owner": "team", "cost_estimate": 1e999}'),
  body('a body that begins with a byte order mark', '\ufeff{"name": "build", "owner": "team"}'),
  body(
    'a body that is nested deep',
    `{"name": "build", "owner": "team", "metadata": ${'{"a":'.repeat(40)}1${'}'.repeat(41)}`,
  ),
  body('a body of two values', '{} {}'),
  body('an empty body', ''),
  body('no body', '', {}),
  body('a form', 'name=build&owner=team', { 'content-type': 'application/x-www-form-urlencoded' }),
  body('plain text', 'build', { 'content-type': 'text/plain' }),
  body('a body of no type', '{"name": "build", "owner": "team"}', {}),
  body('a body of another character set', '{}', { 'content-type': 'application/json; charset=utf-16' }),
  body('a body of a JSON type', '{"name": "build", "owner": "team"}', { 'content-type': 'application/vnd.api+json' }),
  body('a body that is packed', '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }),
  // Its length alone says so: the recording need not hold it.
  raw('a body that is too large', `${POST_RUN}content-length: 99999999\r\n\r\n`),
  post('a parameter of a write', `${RUNS}?dry_run=true`, A_RUN),
];

const foreign = (name: string, headers: Record<string, string>): Step =>
  post(`a write of ${name}`, RUNS, A_RUN, { headers });

const callers: Step[] = [
  foreign('another site', { origin: 'https://ads.example.com' }),
  foreign('no site', { origin: 'null' }),
  foreign('another site without an origin', { 'sec-fetch-site': 'cross-site' }),
  foreign('the same site without an origin', { 'sec-fetch-site': 'same-site' }),
  foreign('the same origin', { 'sec-fetch-site': 'same-origin' }),
  get('a read of another site', `${RUNS}/x`, { headers: { origin: 'https://ads.example.com' } }),
  get('a foreign Host', RUNS, { headers: { host: 'rebound.example.com' } }),
  get('a foreign Host of a probe', '/health', { headers: { host: 'rebound.example.com' } }),
  get('a request with an id', `${RUNS}/x`, { headers: { 'x-request-id': 'build-1042' } }),
  get('a request with a bad id', `${RUNS}/x`, { headers: { 'x-request-id': 'a b<c>' } }),
  get('an expectation', '/health', { headers: { expect: '200-ok' } }),
  get('headers that are too large', '/health', { headers: { 'x-large': 'x'.repeat(20_000) } }),
];

const other = (method: string, url: string): Step => ({ name: `${method} ${url}`, method, url });

const routes: Step[] = [
  ...['/nothing', '/maestro/nothing', '/maestro/run', '/MAESTRO/runs', '//maestro/runs', '/maestro/runs/a/b'].map(
    (url) => get(`GET ${url}`, url),
  ),
  ...['/maestro/runs/%ff', '/maestro/runs?limit=%ff', '/maestro/artifacts/', '/maestro/runs//release-gate'].map((url) =>
    get(`GET ${url}`, url),
  ),
  ...['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].map((method) => other(method, RUNS)),
  ...['/maestro/runs/x', '/maestro/runs/x/manifest', '/maestro/runs/x/release-gate', '/maestro/artifacts/x'].map(
    (url) => other('POST', url),
  ),
  ...['/maestro/artifacts/x/content', '/maestro/disclosure-packs/x', '/health', '/ready', '/version', '/'].map((url) =>
    other('POST', url),
  ),
  ...[
    '/maestro/artifacts',
    '/maestro/disclosure-packs',
    '/maestro/evidence/inspect',
    '/maestro/artifacts/x/evidence',
  ].map((url) => other('PUT', url)),
  ...['/maestro/trust', '/openapi.json', '/docs', '/maestro'].map((url) => other('DELETE', url)),
  get('GET inspect', '/maestro/evidence/inspect'),
];

const pages: Step[] = [
  ...['/health', '/version', '/', '/maestro', '/maestro/', '/maestro/trust'].map((url) => get(`GET ${url}`, url)),
  ...['/health', '/', '/openapi.json'].map((url) => get(`HEAD ${url}`, url, { method: 'HEAD' })),
  ...['/health', '/ready', '/version', '/', '/maestro/trust', '/openapi.json'].map((url) =>
    get(`GET ${url} with a parameter`, `${url}?verbose`),
  ),
  get('the page for browsers', '/', HTML),
  get('the page for browsers below', '/maestro', HTML),
  get('a page for others', '/', { headers: { accept: 'text/html;q=0.1, application/json' } }),
  get('the OpenAPI document', '/openapi.json', { bodyless: true }),
  get('the documentation', '/docs', { bodyless: true }),
  get('the documentation with a slash', '/docs/', { bodyless: true }),
  get('the document of the documentation', '/docs/json', { bodyless: true }),
  get('a file of the documentation', '/docs/static/swagger-ui.css', { bodyless: true }),
  get('an unknown file of the documentation', '/docs/static/nothing.css'),
];

const sockets: Step[] = [
  raw('no HTTP', 'hello\r\n\r\n'),
  raw('no Host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n'),
  raw('two lengths', `${POST_RUN}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
  raw('HTTP/1.0', 'GET /health HTTP/1.0\r\nhost: localhost\r\n\r\n'),
  raw('a whole URL', 'GET http://localhost/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
  raw('a bad chunk', `${POST_RUN}transfer-encoding: chunked\r\n\r\nzz\r\n`),
  raw('a CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n'),
];

export const edge: Step[] = [...pages, ...routes, ...bodies, ...callers, ...sockets];

const ARTIFACT = { run_id: '{run}', kind: 'other', path_or_uri: 'file' };
const CONTENT = '/maestro/artifacts/{artifact}/content';
const IF_MATCH = { headers: { 'if-match': '{etag of run}' } };
const LARGE = 'x'.repeat(2_000);

/** With limits that are reached soon, an If-Match that is required, and a gate at the level `parsed`. */
export const limited: Step[] = [
  post('a run', RUNS, A_RUN, { as: 'run' }),
  patch('without an ETag', '{run}', { status: 'succeeded' }),
  patch('with an ETag', '{run}', { status: 'succeeded' }, IF_MATCH),
  get('the gate without artifacts', `${RUNS}/{run}/release-gate`),
  post('the first artifact', '/maestro/artifacts', ARTIFACT, { as: 'artifact' }),
  post('one artifact too many', '/maestro/artifacts', ARTIFACT),
  get('the gate', `${RUNS}/{run}/release-gate`),
  post('a run that is too large', RUNS, { ...A_RUN, metadata: { log: LARGE } }),
  {
    name: 'a large run in chunks',
    method: 'POST',
    url: RUNS,
    text: LARGE,
    headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' },
  },
  { name: 'content that is too large', method: 'PUT', url: CONTENT, text: LARGE },
  { name: 'content without room on the disk', method: 'PUT', url: CONTENT, text: 'x' },
];

/** A run, an artifact and a pack. */
export const rows: Step[] = [
  post('a run', RUNS, A_RUN, { as: 'run' }),
  post('an artifact', '/maestro/artifacts', ARTIFACT, { as: 'artifact' }),
  post('a pack', '/maestro/disclosure-packs', { run_id: '{run}', summary: 'all' }, { as: 'pack' }),
];

/** Without a content store, which only the memory store brings along. */
export const placeless: Step[] = [
  get('readiness without a place', '/ready'),
  ...rows,
  put('artifact', 'text'),
  get('content without a place', CONTENT),
];
