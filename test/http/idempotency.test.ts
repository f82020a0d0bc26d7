import { expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/domain/event/actor.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import { type Api, call, get, newRun, patch, testApp, testDeps } from '../helper.ts';
import { memoryStores, postgresStores } from '../product-stores.ts';
import { newDatabase } from '../store/database.ts';

const send = (key: string, payload: string) => ({
  method: 'POST' as const,
  url: '/maestro/runs',
  payload,
  headers: { 'content-type': 'application/json', 'idempotency-key': key },
});
const BODY = '{"name":"build","owner":"team"}';

it('a create that is sent again acts once and gets the first answer, whatever became of the row', async () => {
  const app = await testApp();
  const first = await call(app, 201, send('job-1', BODY));
  await patch(app, String(first.headers.location), { status: 'failed' });
  const again = await call(app, 201, send('"job-1"', BODY));
  expect(again.body).toBe(first.body);
  for (const name of ['location', 'etag', 'content-type'] as const)
    expect(again.headers[name]).toBe(first.headers[name]);
  expect(await get(app, '/maestro/runs')).toHaveLength(1);
});

it('a hundred at once make one row', async () => {
  const app = await testApp();
  const answers = await Promise.all(Array.from({ length: 100 }, () => call(app, 201, send('job-1', BODY))));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(await get(app, '/maestro/runs')).toHaveLength(1);
});

it('another body under the same key is refused, though it means the same, and another path is another key', async () => {
  const app = await testApp();
  const { id } = (await call(app, 201, send('job-1', BODY))).json();
  const refused = await call(app, 422, send('job-1', `${BODY} `));
  expect(refused.json().type).toBe('urn:maestro:problem:idempotency_key_reused');
  const artifact = { run_id: id, kind: 'sbom', path_or_uri: 'x' };
  const headers = { 'idempotency-key': 'job-1' };
  const url = '/maestro/artifacts';
  const attached = await call(app, 201, { method: 'POST', url, payload: artifact, headers });
  expect((await call(app, 201, { method: 'POST', url, payload: artifact, headers })).body).toBe(attached.body);
  const packs = {
    method: 'POST' as const,
    url: '/maestro/disclosure-packs',
    payload: { run_id: id, summary: '' },
    headers,
  };
  expect((await call(app, 201, packs)).body).toBe((await call(app, 201, packs)).body);
  expect(await get(app, '/maestro/disclosure-packs')).toHaveLength(1);
});

// One request target per way in which clients and proxies spell the same path.
const SPELLINGS = [
  '/maestro/%72uns',
  '/m%61estro/run%73',
  '/maestro/runs?',
  '/maestro/runs#',
  'http://a.example/maestro/runs',
];

// Spellings are not among the declared paths, which `call` would look them up in.
async function sendTo(app: Api, url: string, payload = BODY) {
  const { statusCode, body } = await app.inject({ ...send('job-1', payload), url });
  return { statusCode, body: JSON.parse(body) };
}

it('the same key at another spelling of the path acts once', async () => {
  const app = await testApp();
  const first = await call(app, 201, send('job-1', BODY));
  for (const url of SPELLINGS) expect(await sendTo(app, url), url).toEqual({ statusCode: 201, body: first.json() });
  const refused = await sendTo(app, '/maestro/%72uns', `${BODY} `);
  expect(refused.body.type).toBe('urn:maestro:problem:idempotency_key_reused');
  expect(await get(app, '/maestro/runs')).toHaveLength(1);
});

it.each(['memory', 'PostgreSQL'] as const)('a key that an earlier release stored in %s is replayed', async (kind) => {
  const stores =
    kind === 'memory' ? memoryStores({ maxArtifactsPerRun: 10 }) : await postgresStores(await newDatabase());
  const deps = testDeps({ storesFor: () => stores.of('default'), stores });
  const app = await testApp(deps);
  const stamp = { id: deps.newId(), at: deps.now().toISOString(), request_id: 'r', actor: ANONYMOUS };
  const { run, event } = createRun({ name: 'build', owner: 'team' }, deps.newId(), stamp);
  // As versions up to 0.1.0 wrote it: method, path as it was sent, key.
  const once = { scope: 'POST /maestro/runs job-1', fingerprint: deps.digest(BODY), at: stamp.at };
  await stores.of('default').runs.create(run, event, once);
  for (const url of ['/maestro/runs', '/maestro/%72uns']) expect((await sendTo(app, url)).body.id, url).toBe(run.id);
  expect(await get(app, '/maestro/runs')).toHaveLength(1);
  await stores.close();
});

it('what was refused is not remembered, and a bad key is named', async () => {
  const app = await testApp();
  await call(app, 422, send('job-1', '{"name":"build"}'));
  await call(app, 201, send('job-1', BODY));
  const refused = await call(app, 422, send('x'.repeat(256), BODY));
  expect(refused.json().errors).toMatchObject([{ in: 'header', pointer: '/idempotency-key' }]);
  expect(await get(app, '/maestro/runs')).toHaveLength(1);
});

it('a key is good for something else after 24 hours', async () => {
  let now = Date.UTC(2026, 0, 31);
  const app = await testApp(testDeps({ now: () => new Date(now) }));
  await call(app, 201, send('job-1', BODY));
  now += 24 * 60 * 60 * 1_000 + 1;
  await call(app, 201, send('job-1', `${BODY} `));
  await newRun(app);
  expect(await get(app, '/maestro/runs')).toHaveLength(3);
});
