import { beforeAll, describe, expect, it } from 'vitest';
import { declaredFlags } from '../domain/rows.ts';
import { type Api, call, get, newArtifact, newRun, patch, post, testApp, testDeps } from '../helper.ts';

let app: Api;
beforeAll(async () => {
  app = await testApp();
});

describe('run operations', () => {
  it('create a run with everything that a caller may send', async () => {
    const sent = {
      name: 'payment-api build 1042',
      owner: 'team-payments',
      cost_estimate: 1.5,
      related_entity_ids: ['entity-1'],
      related_decision_ids: ['decision-1', 'decision-2'],
      metadata: { z: 1, a: { deep: [null, true] } },
    };
    const before = Date.now();
    const response = await call(app, 201, { method: 'POST', url: '/maestro/runs', payload: sent });
    const run = response.json();
    expect(run).toEqual({
      ...sent,
      id: run.id,
      started_at: run.started_at,
      finished_at: null,
      status: 'pending',
      cost_actual: null,
    });
    expect(run.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Date.parse(run.started_at)).toBeGreaterThanOrEqual(before);
    expect(response.headers.location).toBe(`/maestro/runs/${run.id}`);
    expect(Object.keys(run.metadata)).toEqual(['z', 'a']);
  });

  it('create a run with a name and an owner alone, or null for the rest', async () => {
    const defaults = { cost_estimate: null, related_entity_ids: [], related_decision_ids: [], metadata: {} };
    expect(await newRun(app)).toMatchObject(defaults);
    const nulls = { cost_estimate: null, related_entity_ids: null, related_decision_ids: null, metadata: null };
    expect(await newRun(app, nulls)).toMatchObject(defaults);
  });

  it('get a run', async () => {
    const run = await newRun(app);
    expect(await get(app, `/maestro/runs/${run.id}`)).toEqual(run);
    expect(await get(app, '/maestro/runs/unknown', 404)).toMatchObject({ type: 'urn:maestro:problem:run_not_found' });
  });

  it('list runs, newest first', async () => {
    const own = await testApp();
    const runs = [await newRun(own), await newRun(own), await newRun(own)];
    expect(await get(own, '/maestro/runs')).toEqual(runs.reverse());
  });

  it('list runs by owner and by status', async () => {
    const own = await testApp();
    const [a, b] = [await newRun(own, { owner: 'a' }), await newRun(own, { owner: 'b' })];
    const running = await patch(own, `/maestro/runs/${a.id}`, { status: 'running' });
    expect(await get(own, '/maestro/runs?owner=a')).toEqual([running]);
    expect(await get(own, '/maestro/runs?status=pending')).toEqual([b]);
    expect(await get(own, '/maestro/runs?owner=b&status=running')).toEqual([]);
    expect(await get(own, '/maestro/runs?owner=nobody')).toEqual([]);
    expect(await get(own, '/maestro/runs?status=finished', 422)).toMatchObject({
      errors: [{ in: 'query', pointer: '/status' }],
    });
  });

  it('lead from page to page with Link headers', async () => {
    const own = await testApp();
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await newRun(own, { owner: 'x? & y' })).id);
    const seen: string[][] = [];
    for (let url: string | undefined = '/maestro/runs?owner=x?+%26+y&limit=2'; url !== undefined; ) {
      const response = await call(own, 200, { url });
      seen.push(response.json().map((run: { id: string }) => run.id));
      url = /^<([^>]+)>; rel="next"$/.exec(String(response.headers.link))?.[1];
    }
    expect(seen).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  });

  it('hold at most 1,000 runs in a page', { tags: 'slow' }, async () => {
    const own = await testApp();
    for (let count = 0; count < 1_001; count += 1)
      await own.inject({ method: 'POST', url: '/maestro/runs', payload: { name: 'n', owner: 'o' } });
    const response = await call(own, 200, { url: '/maestro/runs' });
    expect(response.json()).toHaveLength(1_000);
    expect(response.headers.link).toContain('rel="next"');
    expect(await get(own, '/maestro/runs?limit=1001', 422)).toMatchObject({ errors: [{ pointer: '/limit' }] });
  });

  it('update a run', async () => {
    const run = await newRun(app, { metadata: { old: true } });
    const running = await patch(app, `/maestro/runs/${run.id}`, { status: 'running' });
    expect(running).toEqual({ ...run, status: 'running' });
    const sent = {
      status: 'succeeded',
      finished_at: '2025-11-22T10:30:00.123456',
      cost_actual: 0.25,
      metadata: { new: 1 },
    };
    const done = await patch(app, `/maestro/runs/${run.id}`, sent);
    expect(done).toEqual({ ...run, ...sent, finished_at: '2025-11-22T10:30:00.123Z' });
    expect(await get(app, `/maestro/runs/${run.id}`)).toEqual(done);
  });

  it('set finished_at when a final status arrives without one', async () => {
    const at = new Date('2026-05-06T07:08:09.010Z');
    const own = await testApp(testDeps({ now: () => at }));
    const run = await newRun(own);
    expect(await patch(own, `/maestro/runs/${run.id}`, { status: 'cancelled' })).toMatchObject({
      finished_at: at.toISOString(),
    });
  });

  it('refuse a finish time in the future, and stay as they are', async () => {
    const at = new Date('2026-05-06T07:08:09.010Z');
    const own = await testApp(testDeps({ now: () => at }));
    const run = await newRun(own);
    const url = `/maestro/runs/${run.id}`;
    for (const finished_at of ['2026-05-06T07:13:09.011Z', '2099-01-01T00:00:00', '9999-12-31T23:59:59+00:00'])
      expect(await patch(own, url, { status: 'succeeded', finished_at }, 422)).toMatchObject({
        errors: [{ in: 'body', pointer: '/finished_at' }],
      });
    expect(await get(own, url)).toEqual(run);
  });

  it('refuse to leave a final status, and to change when a run finished', async () => {
    const run = await newRun(app);
    const url = `/maestro/runs/${run.id}`;
    expect(await patch(app, url, { finished_at: '2026-01-01T00:00:00Z' }, 422)).toMatchObject({
      errors: [{ pointer: '/finished_at' }],
    });
    const failed = await patch(app, url, { status: 'failed' });
    for (const status of ['pending', 'running', 'succeeded', 'cancelled']) {
      expect(await patch(app, url, { status, cost_actual: 9 }, 409)).toMatchObject({
        type: 'urn:maestro:problem:invalid_status_transition',
      });
    }
    expect(await patch(app, url, { finished_at: '2026-01-01T00:00:00Z' }, 409)).toMatchObject({
      type: 'urn:maestro:problem:run_finished',
    });
    expect(await get(app, url)).toEqual(failed);
    expect(await patch(app, url, { status: 'failed', finished_at: failed.finished_at, cost_actual: 2 })).toEqual({
      ...failed,
      cost_actual: 2,
    });
  });

  it('record an event for a change and none where nothing changes', async () => {
    const deps = testDeps();
    const own = await testApp(deps);
    const run = await newRun(own, { metadata: { a: 1 } });
    const url = `/maestro/runs/${run.id}`;
    for (const nothing of [{}, { status: 'pending' }, { status: null, cost_actual: null }, { metadata: { a: 1 } }]) {
      expect(await patch(own, url, nothing)).toEqual(run);
    }
    await call(own, 200, { method: 'PATCH', url, payload: { cost_actual: 3 }, headers: { 'x-request-id': 'job-7' } });
    const { events } = await deps.storesFor({} as never).events.after(null, 10);
    expect(events).toMatchObject([
      { type: 'run.created', run_id: run.id },
      {
        type: 'run.updated',
        changed: ['cost_actual'],
        request_id: 'job-7',
        actor: 'anonymous',
        data: { cost_actual: 3 },
      },
    ]);
  });
});

describe('the manifest', () => {
  it('holds the run, its artifacts, its latest pack and its compliance report', async () => {
    const run = await newRun(app);
    const url = `/maestro/runs/${run.id}/manifest`;
    expect(await get(app, url)).toMatchObject({ run, artifacts: [], disclosure_pack: null });
    const artifact = await newArtifact(app, run.id);
    await post(app, '/maestro/disclosure-packs', { run_id: run.id, summary: 'first' });
    const pack = await post(app, '/maestro/disclosure-packs', { run_id: run.id, summary: 'second' });
    const done = await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    const flags = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    expect(await get(app, url)).toEqual({
      run: done,
      artifacts: [artifact],
      disclosure_pack: pack,
      compliance_report: {
        run_id: run.id,
        run_name: run.name,
        run_status: 'succeeded',
        release_gate_passed: true,
        release_gate_message: 'Release gate passed: 1 compliant artifact(s) found',
        artifacts: [
          {
            artifact_id: artifact.id,
            kind: 'sbom',
            ...flags,
            compliant: true,
            flags: declaredFlags(),
            facts: null,
            level: null,
          },
        ],
        summary: { total_artifacts: 1, compliant_artifacts: 1 },
      },
    });
    expect(await get(app, '/maestro/runs/unknown/manifest', 404)).toMatchObject({
      type: 'urn:maestro:problem:run_not_found',
    });
  });
});
