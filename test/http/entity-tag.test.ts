import { describe, expect, it } from 'vitest';
import { type Api, call, get, newArtifact, newRun, passingRun, patch, testApp, testDeps } from '../helper.ts';

async function tagOf(app: Api, url: string): Promise<string> {
  return String((await call(app, 200, { url })).headers.etag);
}

const patched = (app: Api, status: number, url: string, tag: string, payload: object = { cost_actual: 1 }) =>
  call(app, status, { method: 'PATCH', url, payload, headers: { 'if-match': tag } });

/**
 * What proxies make of a tag: nginx weakens it, Apache, Caddy and Jetty append the coding, and two
 * of them both.
 */
function throughProxies(tag: string): string[] {
  const bare = tag.slice(1, -1);
  const suffixed = ['-gzip', '-br', '-zstd', '-deflate', '--gzip', '-gzip-gzip', '-br-gzip'].map(
    (end) => `"${bare}${end}"`,
  );
  return [`W/${tag}`, ...suffixed, `W/"${bare}-gzip"`, `"x", W/"${bare}-br"`];
}

describe('the entity tag of a single row', () => {
  it('is strong, the same at every read and in every process, and another after a change', async () => {
    const deps = testDeps();
    const [app, other] = [await testApp(deps), await testApp(deps)];
    const run = await newRun(app);
    const url = `/maestro/runs/${run.id}`;
    const tag = await tagOf(app, url);
    expect(tag).toMatch(/^"\w{22}"$/);
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
      for (const had of [
        tag,
        `W/${tag}`,
        ...throughProxies(tag),
        `"x", ${tag}`,
        `"with,comma",W/${tag} , "y"`,
        '*',
        ' * ',
      ]) {
        for (const method of ['GET', 'HEAD'] as const) {
          const { headers, body } = await call(app, 304, { method, url, headers: { 'if-none-match': had } });
          expect([headers.etag, body]).toEqual([tag, '']);
        }
      }
      const bare = tag.slice(1, -1);
      for (const had of ['"x"', 'W/"x"', `"${bare.slice(1)}"`, '""', `"${bare}-x"`, `"${bare}-"`, `"${bare}gzip"`]) {
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
  it('lets a change through while one of its tags holds, weakened or suffixed by a proxy or not, or for *', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app)).id}`;
    let cost = 0;
    const ways = throughProxies('"x"').map((_, index) => (tag: string) => throughProxies(tag)[index] ?? '');
    expect(ways.length).toBeGreaterThan(8);
    for (const given of [(tag: string) => tag, (tag: string) => `"x", ${tag}`, () => '*', ...ways]) {
      cost += 1;
      const answer = await patched(app, 200, url, given(await tagOf(app, url)), { cost_actual: cost });
      expect(answer.json().cost_actual).toBe(cost);
    }
  });

  it('answers 412 and changes nothing where it no longer holds', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app)).id}`;
    const old = await tagOf(app, url);
    const now = await patch(app, url, { cost_actual: 5 });
    for (const tag of [
      old,
      ...throughProxies(old),
      '"x"',
      '""',
      `${old}, "y"`,
      `${await tagOf(app, url)}x`.replace('"x', 'x"'),
    ]) {
      expect((await patched(app, 412, url, tag)).json().type).toBe('urn:maestro:problem:precondition_failed');
    }
    // Before anything else: what was decided on an old version is not judged by the new one.
    await patched(app, 412, url, old, { finished_at: '2026-01-31T10:00:00Z' });
    expect(await get(app, url)).toEqual(now);
    await patched(app, 404, '/maestro/runs/x', '*');
  });

  it('says that the row has changed only of a tag that came with a row, and else that it is none', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app)).id}`;
    const old = await tagOf(app, url);
    await patch(app, url, { cost_actual: 5 });
    for (const tag of [old, ...throughProxies(old), `"x", ${old}`]) {
      expect((await patched(app, 412, url, tag)).json().detail, tag).toContain('has changed');
    }
    const sha256 = `"${'0'.repeat(64)}"`;
    for (const tag of [
      '"x"',
      '""',
      'W/"1"',
      '"x", "y"',
      sha256,
      `"${old.slice(1, -1)}-x"`,
      `"${'-gzip'.repeat(2_000)}"`,
    ]) {
      const { detail } = (await patched(app, 412, url, tag)).json();
      expect(detail, tag).toBe('If-Match holds no ETag of a row: send the ETag that came with the row, unchanged');
    }
  });

  it('never ends as a suffix of a proxy does, whatever the digest', async () => {
    const endings = ['-gzip', '-br', '-zstd', '-deflate', '--gzip'];
    for (const ending of endings) {
      const app = await testApp(
        testDeps({ digest: () => `${'a'.repeat(22 - ending.length)}${ending}${'b'.repeat(21)}` }),
      );
      const url = `/maestro/runs/${(await newRun(app)).id}`;
      const tag = await tagOf(app, url);
      expect(tag).not.toContain('-');
      await call(app, 304, { url, headers: { 'if-none-match': tag } });
    }
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

  it('loses no update of 10 callers that each add 5 times, and read again at a 412', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app, { metadata: { count: 0 } })).id}`;
    let acknowledged = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let done = 0; done < 5; ) {
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
    expect((await get(app, url)).metadata).toEqual({ count: 50 });
    expect(acknowledged).toBe(50);
  });

  it('loses no update of 50 callers that each add 20 times, and read again at a 412', {
    tags: 'slow',
    timeout: 300_000,
  }, async () => {
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
