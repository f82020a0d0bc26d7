import { describe, expect, it } from 'vitest';
import { type Api, call, get, newArtifact, newRun, passingRun, patch, testApp, testDeps } from '../helper.ts';

async function tagOf(app: Api, url: string): Promise<string> {
  return String((await call(app, 200, { url })).headers.etag);
}

const patched = (app: Api, status: number, url: string, tag: string, payload: object = { cost_actual: 1 }) =>
  call(app, status, { method: 'PATCH', url, payload, headers: { 'if-match': tag } });

describe('the entity tag of a single row', () => {
  it('is strong, the same at every read and in every process, and another after a change', async () => {
    const deps = testDeps();
    const [app, other] = [await testApp(deps), await testApp(deps)];
    const run = await newRun(app);
    const url = `/maestro/runs/${run.id}`;
    const tag = await tagOf(app, url);
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect(await tagOf(other, url)).toBe(tag);
    const changed = await call(app, 200, { method: 'PATCH', url, payload: { status: 'running' } });
    expect(changed.headers.etag).not.toBe(tag);
    expect(await tagOf(app, url)).toBe(changed.headers.etag);
  });

  it('comes with what was created, and is that of a read', async () => {
    const app = await testApp();
    const { id: run_id } = await newRun(app);
    for (const [url, payload] of [
      ['/maestro/runs', { name: 'a', owner: 'b' }],
      ['/maestro/artifacts', { run_id, kind: 'sbom', path_or_uri: 'x' }],
      ['/maestro/disclosure-packs', { run_id, summary: 'x' }],
    ] as const) {
      const created = await call(app, 201, { method: 'POST', url, payload, headers: { 'if-none-match': '*' } });
      expect(created.headers.etag).toBe(await tagOf(app, String(created.headers.location)));
      expect(created.headers['cache-control']).toBe('private, no-cache');
    }
  });

  it('is not on verdicts, manifests and lists, which nobody may keep', async () => {
    const app = await testApp();
    const { id } = await passingRun(app);
    for (const url of ['/maestro/runs', `/maestro/runs/${id}/manifest`, `/maestro/runs/${id}/release-gate`]) {
      const { headers } = await call(app, 200, { url, headers: { 'if-none-match': '*' } });
      expect([headers.etag, headers['cache-control']]).toEqual([undefined, 'no-store']);
    }
  });
});

describe('If-None-Match', () => {
  it('answers 304 without a body while one of its tags holds, weak or strong, or for *', async () => {
    const app = await testApp();
    const { id } = await newRun(app);
    const artifact = await newArtifact(app, id);
    for (const url of [`/maestro/runs/${id}`, `/maestro/artifacts/${artifact.id}`]) {
      const tag = await tagOf(app, url);
      for (const had of [tag, `W/${tag}`, `"x", ${tag}`, `"with,comma",W/${tag} , "y"`, '*', ' * ']) {
        for (const method of ['GET', 'HEAD'] as const) {
          const { headers, body } = await call(app, 304, { method, url, headers: { 'if-none-match': had } });
          expect([headers.etag, body]).toEqual([tag, '']);
        }
      }
      for (const had of ['"x"', 'W/"x"', `"${tag.slice(1, -2)}"`, '""']) {
        await call(app, 200, { url, headers: { 'if-none-match': had } });
      }
    }
  });

  it('is no news of a row that is not there', async () => {
    const app = await testApp();
    await call(app, 404, { url: '/maestro/runs/x', headers: { 'if-none-match': '*' } });
  });
});

describe('If-Match on PATCH', () => {
  it('lets a change through while one of its strong tags holds, or for *', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app)).id}`;
    let cost = 0;
    for (const given of [(tag: string) => tag, (tag: string) => `"x", ${tag}`, () => '*']) {
      cost += 1;
      const answer = await patched(app, 200, url, given(await tagOf(app, url)), { cost_actual: cost });
      expect(answer.json().cost_actual).toBe(cost);
    }
  });

  it('answers 412 and changes nothing where it no longer holds, or is weak', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app)).id}`;
    const old = await tagOf(app, url);
    const now = await patch(app, url, { cost_actual: 5 });
    for (const tag of [old, `W/${await tagOf(app, url)}`, '"x"', '""', `${old}, "y"`]) {
      expect((await patched(app, 412, url, tag)).json().type).toBe('urn:maestro:problem:precondition_failed');
    }
    // Before anything else: what was decided on an old version is not judged by the new one.
    await patched(app, 412, url, old, { finished_at: '2026-01-31T10:00:00Z' });
    expect(await get(app, url)).toEqual(now);
    await patched(app, 404, '/maestro/runs/x', '*');
  });

  it.each(['', 'x', '"', '"a" "b"', 'W/', "'a'", '"a",,"b"', '*, "a"', `${'"a",'.repeat(500)}x`])(
    'that reads %j is refused and named, as is such an If-None-Match',
    async (header) => {
      const app = await testApp();
      const url = `/maestro/runs/${(await newRun(app)).id}`;
      const refused = await patched(app, 422, url, header);
      expect(refused.json().errors).toEqual([
        { in: 'header', pointer: '/if-match', detail: 'must be * or entity tags in double quotes' },
      ]);
      const read = await call(app, 422, { url, headers: { 'if-none-match': header } });
      expect(read.json().errors).toMatchObject([{ in: 'header', pointer: '/if-none-match' }]);
    },
  );

  it('is asked for with 428 where it must be given', async () => {
    const app = await testApp(testDeps({ requireIfMatch: true }));
    const url = `/maestro/runs/${(await newRun(app)).id}`;
    const refused = await call(app, 428, { method: 'PATCH', url, payload: { cost_actual: 1 } });
    expect(refused.json().type).toBe('urn:maestro:problem:precondition_required');
    await patched(app, 200, url, await tagOf(app, url));
  });

  it('loses no update of 50 callers that each add 20 times, and read again at a 412', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app, { metadata: { count: 0 } })).id}`;
    let acknowledged = 0;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let done = 0; done < 20; ) {
          const read = await app.inject(url);
          const { count } = read.json().metadata;
          const headers = { 'if-match': String(read.headers.etag) };
          const payload = { metadata: { count: count + 1 } };
          const { statusCode } = await app.inject({ method: 'PATCH', url, payload, headers });
          expect([200, 412]).toContain(statusCode);
          if (statusCode === 200) [done, acknowledged] = [done + 1, acknowledged + 1];
        }
      }),
    );
    expect((await get(app, url)).metadata).toEqual({ count: 1_000 });
    expect(acknowledged).toBe(1_000);
  });
});
