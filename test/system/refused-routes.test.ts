// What is refused before a body is looked at: unknown paths and ids, methods, query strings; and what the state forbids.
import { once } from 'node:events';
import { type IncomingMessage, METHODS, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ALL_FLAGS, newArtifact, newRun, passingRun, patch } from '../helper.ts';
import { type Operation, operationsOf } from './request-generator.ts';
import { expectRefused, newWorld, sending, type World, WRITES } from './writes.ts';

const world = await newWorld();
const document = (await world.app.inject('/openapi.json')).json();
const operations = operationsOf(document);
const HIDDEN: Record<string, string[]> = {
  '/': ['GET', 'HEAD'],
  '/maestro': ['GET', 'HEAD'],
  '/maestro/': ['GET', 'HEAD'],
  '/openapi.json': ['GET', 'HEAD'],
  '/docs': ['GET', 'HEAD'],
  '/docs/': ['GET', 'HEAD'],
  '/docs/json': ['GET', 'HEAD'],
  '/docs/yaml': ['GET', 'HEAD'],
};

describe('a known path', () => {
  it.each(Object.entries(allowedMethods()))('%s answers any other method with 405 and Allow', async (path, allowed) => {
    if (!allowed.includes('HEAD')) {
      // An answer to HEAD has no body.
      const { statusCode, headers, body } = await world.app.inject({ method: 'HEAD', url: urlOf(path) });
      expect([statusCode, headers.allow, body]).toEqual([405, allowed.toSorted().join(', '), '']);
    }
    for (const method of METHODS.filter((one) => one !== 'HEAD' && !allowed.includes(one))) {
      const refusal = { status: 405, code: 'method_not_allowed' };
      const { headers } = await expectRefused(world, { method: method as 'GET', url: urlOf(path) }, refusal);
      expect(headers.allow, `${method} ${path}`).toBe(allowed.toSorted().join(', '));
    }
  });

  it('answers 405 over a socket too, whatever the id in it', async () => {
    for (const method of METHODS.filter((one) => !['GET', 'HEAD', 'PATCH', 'CONNECT'].includes(one))) {
      const answer = await overSocket(world, method, '/maestro/runs/unknown');
      expect(answer, method).toMatchObject({ status: 405, allow: 'GET, HEAD, PATCH' });
      if (method !== 'HEAD') expect(answer.body).toMatchObject({ type: 'urn:maestro:problem:method_not_allowed' });
    }
  });

  it('answers 405 to a wrong method whatever its body, content type and query string', async () => {
    const options = {
      method: 'PUT' as const,
      url: '/maestro/runs?x=1',
      payload: '{',
      headers: { 'content-type': 'a/b' },
    };
    await expectRefused(world, options, { status: 405, code: 'method_not_allowed' });
  });
});

describe('an unknown path', () => {
  it.each([
    '//',
    '/maestro//',
    '/maestro/runs/',
    '/maestro/artifacts/',
    '/maestro/disclosure-packs/',
    '/maestro/tokens/',
    '/maestro/tokens//rotate',
    '/maestro/whoami/',
    '/maestro/runs//manifest',
    '/maestro/runs//release-gate',
    '/maestro/artifacts//content',
    '/maestro/artifacts//evidence',
    '/maestro/run',
    '/maestro/Runs',
    '/MAESTRO/runs',
    '/maestro//runs',
    '//maestro/runs',
    '/maestro/runs;a=1',
    '/maestro/artifacts/1/2',
    '/maestro/runs/1/release-gate/',
    '/maestro/runs/1/Manifest',
    '/healthz',
    '/health/',
    '/openapi.yaml',
    '/maestro/%72uns/1/%6danifes',
    '/%00',
    '/💥',
  ])('%s answers every method with 404', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const) {
      await expectRefused(world, { method, url: encodeURI(path) }, { status: 404, code: 'route_not_found' });
    }
  });

  it('among the files of the documentation answers 404 as well', async () => {
    await expectRefused(world, { url: '/docs/static/nothing' }, { status: 404, code: 'route_not_found' });
  });

  it.each(['/maestro/runs/%', '/maestro/runs/%f', '/maestro/runs/%ff', '/%c0%ae/runs', '/maestro/runs/%ed%a0%80'])(
    '%s, which is not UTF-8 in percent-encoding, answers 400',
    async (path) => {
      const answer = await overSocket(world, 'GET', path);
      expect(answer).toMatchObject({ status: 400, body: { type: 'urn:maestro:problem:malformed_request' } });
      expect(answer.body.instance).toBe(answer.requestId);
    },
  );
});

describe('an unknown id', () => {
  it.each(
    operations.filter(({ path }) => path.includes('{')).map((one) => [`${one.method} ${one.path}`, one] as const),
  )('answers 404 to %s, however odd it is', async (_, operation) => {
    for (const id of ODD_IDS) {
      const url = operation.path.replace(/\{\w+\}/, id);
      const answer = await overSocket(world, operation.method, url, operation.body === null ? undefined : '{}');
      expect(answer, url.slice(0, 100)).toMatchObject({
        status: 404,
        body: { type: `urn:maestro:problem:${codeOf(operation)}` },
      });
      expect(answer.body.instance).toBe(answer.requestId);
    }
  });

  it.each(['', 'unknown', '💥', '../runs', '\u007f', 'x'.repeat(256), '💥'.repeat(256)])(
    'answers 404 where a body refers to %j',
    async (id) => {
      const { 'POST /maestro/artifacts': artifacts, 'POST /maestro/disclosure-packs': packs } = world.writes;
      const send = (write: typeof packs, body: object) => sending(write, JSON.stringify({ ...write.body, ...body }));
      await expectRefused(world, send(artifacts, { run_id: id }), { status: 404, code: 'run_not_found' });
      await expectRefused(world, send(packs, { run_id: id }), { status: 404, code: 'run_not_found' });
      if (id === '') return;
      const held = { artifact_ids: [world.artifact_id, id] };
      await expectRefused(world, send(packs, held), { status: 404, code: 'artifact_not_found' });
    },
  );

  it('is one of another kind of row', async () => {
    const notFound = (noun: string) => ({ status: 404, code: `${noun}_not_found` });
    await expectRefused(world, { url: `/maestro/runs/${world.artifact_id}` }, notFound('run'));
    await expectRefused(world, { url: `/maestro/artifacts/${world.pack_id}` }, notFound('artifact'));
    await expectRefused(world, { url: `/maestro/disclosure-packs/${world.run_id}` }, notFound('disclosure_pack'));
    await expectRefused(world, { url: `/maestro/tokens/${world.run_id}` }, notFound('token'));
  });
});

describe('a query string', () => {
  it.each([...operations.map(({ method, path }) => `${method} ${path}`), 'GET /openapi.json'])(
    'with an unknown or repeated parameter is refused by %s',
    async (operation) => {
      const [method = '', path = ''] = operation.split(' ');
      const write = WRITES.find((name) => name === operation);
      const { requestBody } = document.paths[path]?.[method.toLowerCase()] ?? {};
      const payload = requestBody?.content['application/json']?.example;
      const example = payload === undefined ? {} : { payload };
      const body =
        write === undefined ? example : sending(world.writes[write], JSON.stringify(world.writes[write].body));
      const refused = (query: string, ...names: string[]) =>
        expectRefused(
          world,
          { ...body, method: method as 'GET', url: `${urlOf(path)}?${query}` },
          { status: 422, code: 'validation_failed', places: names.map((name) => `query /${name}`) },
        );
      await refused('enfroce=true', 'enfroce');
      await refused('x', 'x');
      await refused('=', '');
      await refused('a=1&a=2', 'a');
      await refused('a=1&b=2', 'a', 'b');
      await refused('__proto__=1', '__proto__');
      await refused('__proto__[x]=1', '__proto__[x]');
      await refused('constructor=1&toString=2', 'constructor', 'toString');
      await refused('%6cimit%00=1', 'limit\0');
    },
  );

  it.each(operations.map(({ method, path }) => [method, path]))(
    'that is not UTF-8 in percent-encoding is refused by %s %s with 400',
    async (method, path) => {
      for (const query of ['a=%', 'a=%f', '%ff=1', 'a=%c0%80', 'a=%ed%a0%80']) {
        const answer = await overSocket(world, method ?? '', `${urlOf(path ?? '')}?${query}`);
        expect(answer, query).toMatchObject({ status: 400, body: { type: 'urn:maestro:problem:malformed_request' } });
      }
    },
  );
});

describe('the state of a run', () => {
  it('refuses a move out of a final status with 409', async () => {
    const { id } = await passingRun(world.app);
    const options = { method: 'PATCH' as const, url: `/maestro/runs/${id}`, payload: { status: 'running' } };
    await expectRefused(world, options, { status: 409, code: 'invalid_status_transition' });
  });

  it('refuses another end of a finished run with 409', async () => {
    const { id } = await passingRun(world.app);
    const payload = { finished_at: '2020-01-01T00:00:00Z', metadata: { lost: true } };
    const options = { method: 'PATCH' as const, url: `/maestro/runs/${id}`, payload };
    await expectRefused(world, options, { status: 409, code: 'run_finished' });
  });

  it('refuses an end of a run that goes on with 422', async () => {
    const { id } = await newRun(world.app);
    const payload = { finished_at: '2020-01-01T00:00:00Z', status: 'running' };
    const options = { method: 'PATCH' as const, url: `/maestro/runs/${id}`, payload };
    await expectRefused(world, options, { status: 422, code: 'validation_failed', places: ['body /finished_at'] });
  });

  it('refuses artifacts that are named twice or belong to another run with 422', async () => {
    const { id: run_id } = await newRun(world.app);
    const { id: own } = await newArtifact(world.app, run_id);
    const payload = { run_id, summary: '', artifact_ids: [own, world.artifact_id, own] };
    const options = { method: 'POST' as const, url: '/maestro/disclosure-packs', payload };
    const places = ['body /artifact_ids/1', 'body /artifact_ids/2'];
    await expectRefused(world, options, { status: 422, code: 'validation_failed', places });
  });

  it('blocks an enforced gate with 409 until it passes', async () => {
    const { id } = await newRun(world.app);
    const gate = { url: `/maestro/runs/${id}/release-gate?enforce=true` };
    const blocked = { status: 409, code: 'release_blocked' };
    await expectRefused(world, gate, blocked);
    await newArtifact(world.app, id, ALL_FLAGS);
    await expectRefused(world, gate, blocked);
    await patch(world.app, `/maestro/runs/${id}`, { status: 'succeeded' });
    expect((await world.app.inject(gate)).statusCode).toBe(200);
  });
});

const ODD_IDS = [
  '%2f',
  'unknown',
  world.run_id.toUpperCase(),
  `${world.run_id}%20`,
  `%20${world.artifact_id}`,
  `${world.pack_id}%0a`,
  '%00',
  `${world.run_id}%00`,
  '%f0%9f%92%a5',
  '%ef%bf%bd',
  '..%2f..%2fetc%2fpasswd',
  '.',
  '..%2f',
  '%2e%2e',
  '*',
  ':run_id',
  '{run_id}',
  '__proto__',
  'constructor',
  'toString',
  "'%20OR%20'1'='1",
  'null',
  'undefined',
  '0',
  'x'.repeat(200),
  'x'.repeat(10_000),
  '%f0%9f%92%a5'.repeat(500),
];

function codeOf({ path }: Operation): string {
  const noun = /\{(\w+)_id\}/.exec(path)?.[1];
  return `${noun === 'pack' ? 'disclosure_pack' : noun}_not_found`;
}

/** The path of an operation with ids of rows that exist. */
function urlOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: 'run_id' | 'artifact_id' | 'pack_id' | 'token_id') => world[name]);
}

function allowedMethods(): Record<string, string[]> {
  const allowed: Record<string, string[]> = { ...HIDDEN };
  for (const { method, path } of operations) {
    allowed[path] = [...(allowed[path] ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])];
  }
  return allowed;
}

type Answer = {
  status: number;
  allow: string | undefined;
  requestId: string | undefined;
  body: Record<string, unknown>;
};

let address: Promise<string> | undefined;

/** Asks over a real socket, with the path as it is: `inject` would tidy it first. */
async function overSocket({ app }: World, method: string, path: string, body?: string): Promise<Answer> {
  address ??= app.listen({ port: 0, host: '127.0.0.1' });
  await address;
  const { port } = app.server.address() as AddressInfo;
  const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
  const sent = request({ port, host: '127.0.0.1', method, path, headers }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await response.toArray()).toString();
  return {
    status: response.statusCode ?? 0,
    allow: response.headers.allow,
    requestId: response.headers['x-request-id'] as string | undefined,
    body: text === '' ? {} : JSON.parse(text),
  };
}
