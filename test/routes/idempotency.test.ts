import { expect, it } from 'vitest';
import { call, get, newRun, patch, testApp, testDeps } from '../helper.ts';

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
